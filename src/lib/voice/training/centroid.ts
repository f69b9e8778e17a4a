/**
 * A voice of several recordings' embeddings: vectors of unit length with a weight of 0…1 each. A recording
 * counts when its weight is above 0. `models/training/voice/centroid.py` is the same in NumPy, and its reference.
 */
import { TimbreError } from '$workers/contract';

export interface Weighted {
  vector: Float32Array;
  weight: number;
}

/** Of two vectors of unit length: −1…1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return Math.min(1, Math.max(-1, sum));
}

/**
 * The weighted mean, of unit length again.
 * @throws TimbreError 'input/invalid' when nothing counts, or all of it cancels out.
 */
export function weightedCentroid(recordings: readonly Weighted[]): Float32Array {
  const sum = new Float64Array(recordings[0]?.vector.length ?? 0);
  for (const { vector, weight } of recordings) {
    if (weight <= 0) continue;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (vector[i] as number);
  }
  return unit(sum);
}

/** Mean of 1 − cosine to the centroid over the recordings that count, each once whatever it weighs: 0…2. */
export function intraClassVariance(recordings: readonly Weighted[]): number {
  const centroid = weightedCentroid(recordings);
  const counted = recordings.filter(({ weight }) => weight > 0);
  return counted.reduce((sum, { vector }) => sum + 1 - cosine(vector, centroid), 0) / counted.length;
}

/** Each recording's cosine to the centroid of the others that count, −1…1; 1 where there is no other. */
export function leaveOneOut(recordings: readonly Weighted[]): number[] {
  return recordings.map(({ vector }, index) => {
    const others = recordings.filter(({ weight }, other) => other !== index && weight > 0);
    return others.length > 0 ? cosine(vector, weightedCentroid(others)) : 1;
  });
}

/** An old voice with a new recording in it: `oldWeight` (0…1) old, the rest new, of unit length. */
export function improved(old: Float32Array, fresh: Float32Array, oldWeight: number): Float32Array {
  return weightedCentroid([
    { vector: old, weight: oldWeight },
    { vector: fresh, weight: 1 - oldWeight }
  ]);
}

function unit(vector: Float64Array): Float32Array {
  const length = Math.hypot(...vector);
  if (!(length > 0)) throw new TimbreError('input/invalid', 'these recordings have no direction in common');
  return Float32Array.from(vector, (x) => x / length);
}
