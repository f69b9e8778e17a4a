import type { AudioMessage, JobStep, OriginalAudio, TargetChoice, Unit } from '$lib/storage';
import { isOnDisk, isWhole, ME, refuseTooLarge } from '$lib/storage';
import { TimbreError, type Lang } from '$workers/contract';
import { newJob } from './machine';
import { languageOf } from './steps/transcribe';
import type { PipelineDeps, SubmitAudioOptions, SubmitOptions, Submitted, SubmitTextOptions } from './types';

/** A name is kept for display only; longer ones are cut. */
const LONGEST_NAME = 200;
/** About two hours of speech. In characters. */
const LONGEST_TEXT = 100_000;

/**
 * Stores the sound and a job for it. Nothing is read of it yet: what isn't sound fails in the job's first step.
 * Errors: `audio/empty`, `audio/too-large`, `audio/damaged` (can't be read), `storage/…` (a full disk is not one).
 */
export async function submitAudio(
  deps: PipelineDeps,
  blob: Blob,
  options: SubmitAudioOptions
): Promise<Submitted> {
  if (blob.size === 0) throw new TimbreError('audio/empty', 'a file without a byte');
  await refuseTooLarge(blob, deps.storage.settings);

  const { store } = deps.storage;
  if (options.messageId !== undefined && (await isWhole(store, options.messageId)))
    return {
      messageId: options.messageId,
      kept: (await isOnDisk(store, options.messageId)) ? 'disk' : 'memory'
    };

  const [messageId, audioId, now] = [options.messageId ?? deps.newId(), deps.newId(), deps.clock.now()];
  const kept = await deps.storage.audio.put(audioId, messageId, blob, now);
  const original: OriginalAudio = {
    audioId,
    name: (options.name ?? '').slice(0, LONGEST_NAME),
    mimeType: blob.type,
    sizeBytes: blob.size,
    durationMs: null,
    container: null,
    codec: null,
    peaks: []
  };
  const { transcription } = options;
  const message: AudioMessage = {
    ...blankMessage(messageId, options, now),
    source: options.source ?? 'file',
    original,
    supplied: transcription ? { text: transcription.text, language: transcription.language ?? null } : null,
    languageOverride: options.language ?? null
  };
  const write = (unit: Unit) => begin(unit, message, 'decode', now);
  // On the disk without its sound, the job would be taken up by another tab, which can't hear it.
  if (kept === 'memory') await store.hold(write);
  else await store.write(['messages', 'jobs', 'conversations'], write);
  return { messageId, kept: isHeld(deps, messageId) ? 'memory' : kept };
}

/** A message that begins as text. Errors: `input/invalid` for a blank or very long one, `storage/…`. */
export async function submitText(
  deps: PipelineDeps,
  input: string,
  options: SubmitTextOptions
): Promise<Submitted> {
  const text = checkedText(input);
  const [messageId, now] = [deps.newId(), deps.clock.now()];
  const language = options.language ?? (await languageOf(deps.storage.store, options.senderId ?? ME));
  const message: AudioMessage = {
    ...blankMessage(messageId, options, now),
    source: 'typed',
    transcription: {
      text,
      language,
      languageGuesses: [],
      confidence: 1,
      source: 'typed',
      segments: [],
      durationMs: 0,
      model: ''
    },
    transcriptRevision: 1,
    revisions: [{ revision: 1, text, language, by: 'typed', at: now }]
  };
  await deps.storage.store.write(['messages', 'jobs', 'conversations'], (unit) =>
    begin(unit, message, 'translate', now)
  );
  return { messageId, kept: isHeld(deps, messageId) ? 'memory' : 'disk' };
}

export function checkedText(input: string): string {
  const text = input.trim();
  if (text === '') throw new TimbreError('input/invalid', 'there is no text');
  if (text.length > LONGEST_TEXT) throw new TimbreError('input/invalid', `text of ${text.length} characters`);
  return text;
}

function blankMessage(id: string, options: SubmitOptions, now: number): AudioMessage {
  return {
    id,
    conversationId: options.conversationId ?? null,
    senderId: options.senderId ?? ME,
    source: 'file',
    status: 'waiting',
    original: null,
    supplied: null,
    languageOverride: null,
    transcription: null,
    transcriptRevision: 0,
    transcriptEdited: false,
    revisions: [],
    targets: targetChoice(options.targetLanguages),
    voiceModelQuality: null,
    processingTimeMs: 0,
    error: null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    words: []
  };
}

function targetChoice(languages: readonly Lang[] | undefined): TargetChoice {
  return languages ? { by: 'hand', languages: [...new Set(languages)] } : { by: 'policy' };
}

async function begin(unit: Unit, message: AudioMessage, step: JobStep, now: number): Promise<void> {
  await unit.put('messages', message);
  await unit.put('jobs', newJob(message.id, step, now));
  // The conversation last used is the first in the list.
  const conversation = message.conversationId
    ? await unit.get('conversations', message.conversationId)
    : undefined;
  if (conversation) await unit.put('conversations', { ...conversation, updatedAt: now });
}

function isHeld(deps: PipelineDeps, messageId: string): boolean {
  return deps.storage.store.overlay.get('messages', messageId) !== undefined;
}
