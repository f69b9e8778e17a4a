import type { AudioMessage, OriginalAudio, Reader, VoiceSample } from '$lib/storage';
import { TimbreError } from '$workers/contract';
import { ensureProfile } from '../profiles/rows';
import { blank } from './rows';
import type { StudioDeps } from './types';

/** A message that was sent with a recording in which words were heard. */
interface Spoken {
  message: AudioMessage;
  original: OriginalAudio & { durationMs: number };
  text: string;
}

export interface MessageForVoice {
  messageId: string;
  text: string;
  durationMs: number;
  createdAt: number;
}

/** Messages that this person sent with a recording, and that are no samples yet. Newest first. */
export async function messagesFor(reader: Reader, profileId: string): Promise<MessageForVoice[]> {
  const taken = await takenMessages(reader, profileId);
  const messages = await reader.where('messages', 'senderId', profileId);
  return messages
    .flatMap((message) => spokenIn(message) ?? [])
    .filter(({ message }) => !taken.has(message.id))
    .map(({ message, original, text }) => ({
      messageId: message.id,
      text,
      durationMs: original.durationMs,
      createdAt: message.createdAt
    }))
    .sort((a, b) => b.createdAt - a.createdAt);
}

/**
 * Takes messages as samples, each with its own copy of the sound; those that are samples already stay one.
 * Errors: `storage/not-found`, `input/invalid` for a message of somebody else or without a recording.
 */
export async function takeMessages(
  deps: StudioDeps,
  profileId: string,
  messageIds: readonly string[]
): Promise<void> {
  const [now, ids] = [
    deps.clock.now(),
    [...new Set(messageIds)].map((id) => [id, deps.newId(), deps.newId()] as const)
  ];
  await deps.storage.store.write(['profiles', 'samples', 'audio', 'messages'], async (unit) => {
    await ensureProfile(unit, profileId, now);
    const taken = await takenMessages(unit, profileId);
    for (const [order, [messageId, sampleId, audioId]] of ids.entries()) {
      if (taken.has(messageId)) continue;
      const message = await unit.get('messages', messageId);
      if (!message || message.deletedAt !== null)
        throw new TimbreError('storage/not-found', `no message ${messageId}`);
      const spoken = spokenIn(message);
      if (!spoken || message.senderId !== profileId)
        throw new TimbreError('input/invalid', `message ${messageId} is no recording of ${profileId}`);
      const sound = await unit.get('audio', spoken.original.audioId);
      if (!sound) throw new TimbreError('storage/not-found', `no audio ${spoken.original.audioId}`);
      const createdAt = now + order;
      await unit.put('audio', { ...sound, id: audioId, messageId: sampleId, createdAt });
      await unit.put('samples', sampleOf(spoken, profileId, sampleId, audioId, sound, createdAt));
    }
  });
}

function sampleOf(
  { message, original, text }: Spoken,
  speakerProfileId: string,
  id: string,
  audioId: string,
  sound: { mimeType: string; sizeBytes: number },
  createdAt: number
): VoiceSample {
  const given = {
    speakerProfileId,
    source: 'message' as const,
    messageId: message.id,
    name: original.name,
    blob: { type: sound.mimeType, size: sound.sizeBytes }
  };
  return {
    ...blank(id, audioId, given, createdAt),
    durationMs: original.durationMs,
    peaks: original.peaks,
    language: message.transcription?.language ?? null,
    transcript: text
  };
}

function spokenIn(message: AudioMessage): Spoken | null {
  const { original, source, deletedAt, transcription } = message;
  const text = transcription?.text.trim();
  if (deletedAt !== null || source === 'typed' || !original || original.durationMs === null || !text)
    return null;
  return { message, original: { ...original, durationMs: original.durationMs }, text };
}

async function takenMessages(reader: Reader, profileId: string): Promise<Set<string>> {
  const samples = await reader.where('samples', 'speakerProfileId', profileId);
  return new Set(samples.flatMap(({ messageId }) => messageId ?? []));
}
