import { CALIBRATION } from './calibration';
import { mean } from './statistics';

/**
 * The calibrated probability, 0…1, that a new clip of this speaker is accepted at the operating point (docs/voice-models.md).
 * It was measured with the starter's encoder, on a few seconds a voice: beyond what was measured, the nearest that was.
 * @param similarities leave-one-out, of the recordings that count; one alone says nothing of how they agree.
 */
export function confidenceOf(similarities: readonly number[], totalDurationMs: number): number {
  const { constant, weights, seconds, expected } = CALIBRATION.confidence;
  const several = similarities.length > 1;
  const features = {
    single: several ? 0 : 1,
    singleLogSeconds: several ? 0 : Math.log(within(seconds, totalDurationMs / 1000)),
    expected: several ? within(expected, expectedSimilarity(mean(similarities), similarities.length)) : 0
  };
  let sum: number = constant;
  for (const [name, weight] of Object.entries(weights))
    sum += weight * features[name as keyof typeof weights];
  return 1 / (1 + Math.exp(-sum));
}

/**
 * Cosine to expect between a new recording and the centroid of `count` (2 or more) recordings, from their mean
 * leave-one-out similarity. With r the mean cosine of two recordings, a recording's cosine to the centroid of m others
 * is r·√m / √(1 + (m − 1)·r) in the mean: solved for r with m = count − 1, then used with m = count. So the figure
 * means the same for three recordings as for thirty.
 */
export function expectedSimilarity(meanSimilarity: number, count: number): number {
  const s = Math.max(0, meanSimilarity);
  const m = count - 1;
  const r = (s * s * (m - 1) + Math.sqrt(s ** 4 * (m - 1) ** 2 + 4 * m * s * s)) / (2 * m);
  return (r * Math.sqrt(count)) / Math.sqrt(1 + (count - 1) * r);
}

function within([least, most]: readonly [number, number], x: number): number {
  return Math.min(most, Math.max(least, x));
}
