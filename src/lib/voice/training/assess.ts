import { isMessageRecording, type ModelSample, type VoiceModel } from '$lib/storage';
import { TimbreError } from '$workers/contract';
import { CALIBRATION } from './calibration';
import { cosine, intraClassVariance, leaveOneOut, weightedCentroid, improved } from './centroid';
import { confidenceOf } from './confidence';
import { outliers } from './outliers';
import { qualityScore } from './quality';
import { mean } from './statistics';

/** A recording of one person, embedded. */
export interface Recording {
  /** A sample's id, or `message:` and a message's. */
  id: string;
  /** 192 numbers of unit length. */
  vector: Float32Array;
  /** How much it counts, 0…1. */
  weight: number;
  durationMs: number;
}

/** What some recordings say of a voice, in the words of the voice model. */
export type Assessment = Pick<
  VoiceModel,
  | 'centroid'
  | 'intraClassVariance'
  | 'samples'
  | 'audioCount'
  | 'totalDurationMs'
  | 'qualityScore'
  | 'confidenceScore'
>;

/**
 * Outliers set aside, then centroid, variance and scores of those that count.
 * @throws TimbreError 'voice/no-samples' when none counts.
 */
export function assess(recordings: readonly Recording[]): Assessment {
  if (!recordings.some(({ weight }) => weight > 0))
    throw new TimbreError('voice/no-samples', 'no recording counts');
  const odd = outliers(recordings, CALIBRATION.link);
  const weighted = recordings.map((recording, index) =>
    odd[index] ? { ...recording, weight: 0 } : recording
  );
  const similarities = leaveOneOut(weighted);
  const samples = recordings.map((recording, index): ModelSample => ({
    sampleId: recording.id,
    similarity: similarities[index] as number,
    weight: odd[index] ? 0 : recording.weight,
    setAside: odd[index] ? 'outlier' : recording.weight > 0 ? null : 'problems',
    ...keptOf(recording)
  }));
  const counted = weighted.filter(({ weight }) => weight > 0);
  const totalDurationMs = counted.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return {
    centroid: weightedCentroid(counted),
    intraClassVariance: intraClassVariance(counted),
    samples,
    ...scores(samples, totalDurationMs)
  };
}

/**
 * A voice model with one recording more in it. The older recordings' vectors are not asked for again: their
 * similarities stay as they were, and the variance is the mean of theirs and the new one's.
 * @param oldWeight share of the old centroid, 0…1.
 */
export function improve(model: VoiceModel, recording: Recording, oldWeight: number): Assessment {
  const similarity = cosine(recording.vector, model.centroid);
  const before = countedOf(model);
  // One recording alone had no other to be compared with; now it has.
  const old = model.samples.map((sample) =>
    before.length === 1 && sample.setAside === null ? { ...sample, similarity } : sample
  );
  const samples: ModelSample[] = [
    ...old,
    {
      sampleId: recording.id,
      similarity,
      weight: recording.weight,
      setAside: null,
      ...keptOf(recording)
    }
  ];
  const centroid = improved(model.centroid, recording.vector, oldWeight);
  const distance = 1 - cosine(recording.vector, centroid);
  return {
    centroid,
    intraClassVariance: (model.intraClassVariance * model.audioCount + distance) / (model.audioCount + 1),
    samples,
    ...scores(samples, model.totalDurationMs + recording.durationMs)
  };
}

/** How like the voice model its own recordings usually are, −1…1; of one recording, what is usual for anybody. */
export function usualSimilarity(model: Pick<VoiceModel, 'samples'>): number {
  const counted = countedOf(model);
  return counted.length > 1
    ? mean(counted.map(({ similarity }) => similarity))
    : CALIBRATION.typicalSimilarity;
}

/** A message's recording is embedded once: the voice model keeps what no row of its own does. */
function keptOf({ id, vector, durationMs }: Recording): Pick<ModelSample, 'embedding' | 'durationMs'> {
  return isMessageRecording(id) ? { embedding: vector, durationMs } : {};
}

function scores(samples: readonly ModelSample[], totalDurationMs: number) {
  const similarities = countedOf({ samples }).map(({ similarity }) => similarity);
  return {
    audioCount: similarities.length,
    totalDurationMs,
    qualityScore: qualityScore(totalDurationMs, similarities.length),
    confidenceScore: confidenceOf(similarities, totalDurationMs)
  };
}

function countedOf({ samples }: { samples: readonly ModelSample[] }): ModelSample[] {
  return samples.filter(({ setAside }) => setAside === null);
}
