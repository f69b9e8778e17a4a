import type { AudioMessage, JobRecord, JobStep, TableName, Transcript, Unit } from '$lib/storage';
import { TimbreError, type Lang } from '$workers/contract';
import { cancelIn } from './cancel';
import { advance, isActive, newJob, nextStep } from './machine';
import { retime } from './retime';
import { reviseTranscript } from './revise';
import { splitSentences } from './sentences';
import { languageOf } from './steps/transcribe';
import { checkedText } from './submit';
import type { EditOptions, PipelineDeps } from './types';
import { editUnits } from './units';
import { newVersion, versionId } from './versions';

const TABLES: readonly TableName[] = ['messages', 'versions', 'jobs', 'people'];

/**
 * What a person changes of a message. Each change is one transaction, in which the job gets a new `run`
 * number where its work is affected: a step under way can't store over the change.
 */

export async function cancel(deps: PipelineDeps, messageId: string): Promise<void> {
  await deps.storage.store.write(TABLES, (unit) => cancelIn(unit, messageId, deps.clock.now()));
}

/** Everything that isn't ready runs again, or one language. */
export async function retry(deps: PipelineDeps, messageId: string, language?: Lang): Promise<void> {
  await change(deps, messageId, async (unit, message, at) => {
    await askAgain(unit, messageId, at, language);
    await request(unit, message, nextStep(message, await unit.get('jobs', messageId)), at);
  });
}

/** More languages for a message, on top of those it goes to anyway. Those it has are left as they are. */
export async function addLanguages(
  deps: PipelineDeps,
  messageId: string,
  languages: readonly Lang[]
): Promise<void> {
  await change(deps, messageId, async (unit, message, at) => {
    const versions = await unit.where('versions', 'messageId', messageId);
    const present = versions.map((version) => version.language);
    let order = Math.max(-1, ...versions.map((version) => version.order));
    const fresh = [...new Set(languages)].filter((each) => !present.includes(each));
    if (fresh.length === 0) return;
    for (const each of fresh) await unit.put('versions', newVersion(messageId, each, ++order, at));
    const extra = [...new Set([...(message.targets.extra ?? []), ...fresh])];
    const chosen: AudioMessage = { ...message, targets: { ...message.targets, extra } };
    await unit.put('messages', chosen);
    await request(unit, chosen, nextStep(chosen, await unit.get('jobs', messageId)), at);
  });
}

/**
 * Corrects what was said, or says it where nothing was heard. Only versions whose sentences changed become stale.
 * @param language where the correction is in another language than the transcript was.
 * Errors: `input/invalid` (blank), `storage/not-found`.
 */
export async function editTranscript(
  deps: PipelineDeps,
  messageId: string,
  input: string,
  options: EditOptions & { language?: Lang } = {}
): Promise<void> {
  const text = checkedText(input);
  const rerun = options.rerun ?? (await deps.storage.settings.get()).rerunStale;
  await change(deps, messageId, async (unit, message, at) => {
    const before = message.transcription ?? (await unheard(unit, message));
    const language = options.language ?? before.language;
    if (text === before.text && language === before.language) return;
    await revise(unit, message, corrected(before, text, language), at, rerun);
  });
}

/**
 * Says in which language the message is; null: that is to be recognised. It is transcribed again with it,
 * unless its words are a person's: then they stay, and are translated anew.
 */
export async function setLanguage(
  deps: PipelineDeps,
  messageId: string,
  language: Lang | null,
  options: EditOptions = {}
): Promise<void> {
  const rerun = options.rerun ?? true;
  await change(deps, messageId, async (unit, message, at) => {
    const chosen = message.source === 'typed' ? message : { ...message, languageOverride: language };
    const { transcription } = message;
    if (transcription && transcription.text !== '' && transcription.source !== 'whisper') {
      if (language && transcription.language !== language)
        await revise(unit, chosen, { ...transcription, language, languageGuesses: [] }, at, rerun);
      return;
    }
    await unit.put('messages', chosen);
    await askAgain(unit, messageId, at);
    const known = message.original?.durationMs !== null;
    await request(unit, chosen, known ? 'transcribe' : 'decode', at);
  });
}

/** A person's own words for one language. Only its speech becomes stale. Errors: `input/invalid`, `storage/not-found`. */
export async function editTranslation(
  deps: PipelineDeps,
  messageId: string,
  language: Lang,
  input: string,
  options: EditOptions = {}
): Promise<void> {
  const text = checkedText(input);
  const rerun = options.rerun ?? (await deps.storage.settings.get()).rerunStale;
  await change(deps, messageId, async (unit, message, at) => {
    const version = await unit.get('versions', versionId(messageId, language));
    if (!version) throw new TimbreError('storage/not-found', `no ${language} version of ${messageId}`);
    if (text === version.text) return;
    const transcript = transcriptOf(message);
    // Nothing was translated (it failed): the person's text is for the sentences as they are.
    const blank = version.units.length === 0;
    const units = blank
      ? splitSentences(transcript.text, transcript.language).map((sentence) => ({
          sources: [sentence.text],
          text: '',
          edited: false
        }))
      : version.units;
    await unit.put('versions', {
      ...version,
      ...(blank ? { revision: message.transcriptRevision, sourceLanguage: transcript.language } : {}),
      status: rerun ? 'pending' : 'stale',
      text,
      textRevision: version.textRevision + 1,
      units: editUnits(units, text, language),
      edited: true,
      error: null,
      updatedAt: at
    });
    const job = await unit.get('jobs', messageId);
    if (rerun || isActive(job)) await request(unit, message, 'translate', at);
  });
}

/**
 * Another take of one language's speech, where it is in the sender's voice; the nearer of the two stays.
 * Errors: `storage/not-found`.
 */
export async function speakAgain(deps: PipelineDeps, messageId: string, language: Lang): Promise<void> {
  await change(deps, messageId, async (unit, message, at) => {
    const version = await unit.get('versions', versionId(messageId, language));
    if (!version?.audio) throw new TimbreError('storage/not-found', `no ${language} speech of ${messageId}`);
    const take = (version.take ?? 0) + 1;
    await unit.put('versions', {
      ...version,
      take,
      retake: true,
      status: 'pending',
      error: null,
      updatedAt: at
    });
    await request(unit, message, nextStep(message, await unit.get('jobs', messageId)), at);
  });
}

async function change(
  deps: PipelineDeps,
  messageId: string,
  work: (unit: Unit, message: AudioMessage, at: number) => Promise<void>
): Promise<void> {
  await deps.storage.store.write(TABLES, async (unit) => {
    const message = await unit.get('messages', messageId);
    if (!message || message.deletedAt !== null)
      throw new TimbreError('storage/not-found', `no message ${messageId}`);
    await work(unit, message, deps.clock.now());
  });
}

/** What isn't ready is to be made, in one language or all. */
async function askAgain(unit: Unit, messageId: string, at: number, language?: Lang): Promise<void> {
  for (const version of await unit.where('versions', 'messageId', messageId)) {
    if (version.status === 'ready' || (language && version.language !== language)) continue;
    await unit.put('versions', { ...version, status: 'pending', error: null, updatedAt: at });
  }
}

/** Puts the message into the queue again; work under way for it is superseded. */
async function request(unit: Unit, message: AudioMessage, step: JobStep, at: number): Promise<void> {
  const job = (await unit.get('jobs', message.id)) ?? newJob(message.id, step, at);
  await unit.put('jobs', { ...advance(job, { type: 'requested', step, at }), updatedAt: at });
  const current = (await unit.get('messages', message.id)) ?? message;
  await unit.put('messages', { ...current, status: 'waiting', error: null, updatedAt: at });
}

async function revise(
  unit: Unit,
  message: AudioMessage,
  transcript: Transcript,
  at: number,
  rerun: boolean
): Promise<void> {
  const again = await reviseTranscript(unit, message, transcript, { by: 'edited', at, rerun });
  const job = await unit.get('jobs', message.id);
  if (!message.transcription?.text) {
    // The first words: nothing was made of others, so nothing can wait for the person to ask.
    await askAgain(unit, message.id, at);
    await request(unit, message, isUnread(message, job) ? 'decode' : 'translate', at);
    return;
  }
  // Work under way is for the old words.
  if (again || isActive(job)) await request(unit, message, 'translate', at);
}

/** Its sound was never looked at. What can't be read was; its words can be translated all the same. */
function isUnread({ original }: AudioMessage, job: JobRecord | undefined): boolean {
  return original?.durationMs === null && job?.state !== 'failed';
}

/** What a person's words take the place of where there are none yet. */
async function unheard(unit: Unit, message: AudioMessage): Promise<Transcript> {
  return {
    text: '',
    language: message.languageOverride ?? (await languageOf(unit, message.senderId)),
    languageGuesses: [],
    confidence: 0,
    source: 'typed',
    segments: [],
    durationMs: message.original?.durationMs ?? 0,
    model: ''
  };
}

function transcriptOf(message: AudioMessage): Transcript {
  if (!message.transcription)
    throw new TimbreError('input/invalid', `message ${message.id} is not transcribed yet`);
  return message.transcription;
}

function corrected(before: Transcript, text: string, language: Lang): Transcript {
  const segments = retime(before.segments, text, language);
  const words = segments.flatMap((segment) => segment.words);
  const confidence =
    words.length > 0 ? words.reduce((sum, word) => sum + word.confidence, 0) / words.length : 1;
  return { ...before, text, language, segments, confidence, source: 'typed' };
}
