import {
  messageRecordingId,
  type Reader,
  type Settings,
  type TrainingSession,
  type VoiceSample
} from '$lib/storage';
import { TimbreError } from '$workers/contract';
import type { Recording } from './assess';
import { DAY_MS } from './models';
import {
  counts,
  judgedSamples,
  recordingOf,
  sentRecordings,
  usualWeight,
  type SentRecording
} from './recordings';

/** Messages that a recalibration listens to at most, the newest first: each is decoded and embedded. */
const MOST_MESSAGES = 60;

/** What a training reads, newest first. */
export interface Material {
  /** Those set aside are among them: the voice model says so. */
  samples: VoiceSample[];
  /** For a recalibration only. */
  messages: SentRecording[];
}

/**
 * What there is for a session: for a training all samples, for a recalibration the recordings of the days before it,
 * and all samples where there are none. Errors: `voice/no-samples`.
 */
export async function materialFor(
  reader: Reader,
  session: Pick<TrainingSession, 'speakerProfileId' | 'origin' | 'startedAt'>,
  { recalibrationWindowDays }: Settings
): Promise<Material> {
  const samples = await judgedSamples(reader, session.speakerProfileId);
  const material = { samples, messages: [] as SentRecording[] };
  if (session.origin === 'recalibrated') {
    const since = session.startedAt - recalibrationWindowDays * DAY_MS;
    const recent = {
      samples: samples.filter(({ createdAt }) => createdAt >= since),
      messages: (await sentRecordings(reader, session.speakerProfileId))
        .filter(({ createdAt }) => createdAt >= since)
        .slice(0, MOST_MESSAGES)
    };
    if (recent.messages.length > 0 || recent.samples.some(counts)) return recent;
  }
  if (!samples.some(counts))
    throw new TimbreError('voice/no-samples', `${session.speakerProfileId} has no sample that can be used`);
  return material;
}

/** The recordings that have a vector of this encoder. */
export function recordingsOf(
  { samples, messages }: Material,
  session: Pick<TrainingSession, 'work'>,
  embeddingModel: string
): Recording[] {
  const heard = new Map(session.work?.recordings.map((recording) => [recording.messageId, recording]));
  const weight = usualWeight(samples);
  return [
    ...samples.flatMap((sample) => recordingOf(sample, embeddingModel) ?? []),
    ...messages.flatMap(({ messageId }) => {
      const found = heard.get(messageId);
      if (!found) return [];
      const { embedding: vector, durationMs } = found;
      return { id: messageRecordingId(messageId), vector, weight, durationMs };
    })
  ];
}
