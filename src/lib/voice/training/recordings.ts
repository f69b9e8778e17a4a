/** The recordings of a person that a voice model can be made of: samples, and messages that they sent. */
import { ME, type AudioMessage, type Reader, type VoiceSample } from '$lib/storage';
import { TimbreError, type Audio, type ErrorCode, type Lang } from '$workers/contract';
import type { Recording } from './assess';
import { median } from './statistics';
import type { TrainingDeps } from './types';

/** Less says nothing of a voice (`workers/voice`). */
const SHORTEST_MS = 500;

/** What a recording is to blame for, and not the encoder: it is left out, and the others do. */
const OF_THE_SOUND: readonly ErrorCode[] = [
  'audio/empty',
  'audio/too-short',
  'audio/too-long',
  'audio/not-audio',
  'audio/unsupported',
  'audio/damaged',
  'speech/none-found',
  'storage/not-found'
];

export function isOfTheSound(error: unknown): boolean {
  return error instanceof TimbreError && OF_THE_SOUND.includes(error.code);
}

/** Judged already, newest first; those set aside (weight 0) are among them. */
export async function judgedSamples(reader: Reader, profileId: string): Promise<VoiceSample[]> {
  const samples = await reader.where('samples', 'speakerProfileId', profileId);
  return samples.filter(({ status }) => status === 'completed').sort((a, b) => b.createdAt - a.createdAt);
}

export function counts({ weight }: Pick<VoiceSample, 'weight'>): boolean {
  return weight > 0;
}

/** A message's own recording that is no sample yet. */
export interface SentRecording {
  messageId: string;
  audioId: string;
  durationMs: number;
  createdAt: number;
}

/** What this person recorded in messages, newest first: heard, with words in it, and long enough. A file may hold anybody's voice. */
export async function sentRecordings(reader: Reader, profileId: string): Promise<SentRecording[]> {
  const samples = await reader.where('samples', 'speakerProfileId', profileId);
  const taken = new Set(samples.map(({ messageId }) => messageId));
  const messages = await reader.where('messages', 'senderId', profileId);
  return messages
    .flatMap((message) => (taken.has(message.id) ? [] : (recordingIn(message) ?? [])))
    .sort((a, b) => b.createdAt - a.createdAt);
}

function recordingIn({
  id,
  source,
  original,
  transcription,
  createdAt,
  deletedAt
}: AudioMessage): SentRecording | null {
  if (source !== 'recorded' || !original || deletedAt !== null || !transcription?.text) return null;
  const { audioId, durationMs } = original;
  return durationMs !== null && durationMs >= SHORTEST_MS
    ? { messageId: id, audioId, durationMs, createdAt }
    : null;
}

/** A sample as a recording; null while it has no vector of this encoder. */
export function recordingOf(sample: VoiceSample, embeddingModel: string): Recording | null {
  if (!sample.embedding || sample.embeddingModel !== embeddingModel) return null;
  const { id, embedding: vector, weight, durationMs } = sample;
  return { id, vector, weight, durationMs };
}

/** What a recording that nobody judged counts beside samples: as much as they do in the middle. */
export function usualWeight(samples: readonly VoiceSample[]): number {
  return median(samples.filter(counts).map(({ weight }) => weight)) || 1;
}

export async function soundOf(deps: TrainingDeps, audioId: string, signal: AbortSignal): Promise<Audio> {
  const { samples, sampleRateHz } = await deps.decode(await deps.storage.audio.get(audioId), { signal });
  return { samples, sampleRateHz };
}

/** What the person speaks: the language of most of their samples, else their own, else English. */
export async function languageOf(
  reader: Reader,
  profileId: string,
  samples: readonly VoiceSample[]
): Promise<Lang> {
  const times = new Map<Lang, number>();
  for (const { language } of samples) if (language) times.set(language, (times.get(language) ?? 0) + 1);
  const [most] = [...times].sort(([, a], [, b]) => b - a);
  if (most) return most[0];
  const person = (await reader.get('people', profileId)) ?? (await reader.get('people', ME));
  return person?.languages.systemLanguage ?? 'en';
}
