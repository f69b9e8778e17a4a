/** Less than so much sound, in milliseconds, is worth so much. */
const STEPS = [
  [10_000, 0.3],
  [30_000, 0.5],
  [60_000, 0.7]
] as const;
const MOST = 0.9;
const PER_RECORDING = 0.05;
const MOST_FOR_RECORDINGS = 0.1;

/** How much audio a voice model has, 0…1: by its length, a little more for each further recording. It says nothing of how well they agree. */
export function qualityScore(totalDurationMs: number, audioCount: number): number {
  const [, base] = STEPS.find(([limit]) => totalDurationMs < limit) ?? [0, MOST];
  const further = Math.max(0, audioCount - 1) * PER_RECORDING;
  // Cents: 0.9 + 0.1 and 0.3 + 0.05 are not what they look like in binary.
  return Math.round(100 * Math.min(1, base + Math.min(MOST_FOR_RECORDINGS, further))) / 100;
}
