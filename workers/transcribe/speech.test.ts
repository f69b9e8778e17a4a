import { expect, test } from 'vitest';
import { SPEECH_RULES, speechStretches } from './speech';

const rules = { ...SPEECH_RULES, sampleRateHz: 16000, hop: 512 };
/** Probabilities from [probability, hops] pairs; a hop is 32 ms. */
const hops = (...runs: [number, number][]) =>
  runs.flatMap(([probability, count]) => new Array<number>(count).fill(probability));
const inHops = (probabilities: number[]) =>
  speechStretches(probabilities, probabilities.length * 512, { ...rules, paddingMs: 0 }).map(
    ({ from, to }) => [from / 512, to / 512]
  );

test('silence has no speech; speech to the very end is kept to the end', () => {
  expect(inHops(hops([0.1, 100]))).toEqual([]);
  expect(inHops(hops([0, 10], [0.9, 20]))).toEqual([[10, 30]]);
});

test('a quiet place between the thresholds keeps a stretch open, one below them closes it after a time', () => {
  expect(inHops(hops([0.9, 10], [0.4, 30], [0.9, 10], [0, 30]))).toEqual([[0, 50]]);
  expect(inHops(hops([0.9, 10], [0.1, 5], [0.9, 10], [0, 30]))).toEqual([[0, 25]]);
  expect(inHops(hops([0.9, 10], [0.1, 20], [0.9, 10], [0, 30]))).toEqual([[0, 10], [30, 40]]); // prettier-ignore
});

test('the lower threshold alone begins nothing, and a click is no speech', () => {
  expect(inHops(hops([0.4, 50]))).toEqual([]);
  expect(inHops(hops([0, 10], [0.9, 3], [0, 40]))).toEqual([]);
});

test('padding widens, stays inside the audio, and is shared where two would overlap', () => {
  const probabilities = hops([0.9, 10], [0, 11], [0.9, 10], [0, 40]);
  const [first, second] = speechStretches(probabilities, probabilities.length * 512, rules);
  expect(first).toEqual({ from: 0, to: Math.floor((10 * 512 + 21 * 512) / 2) });
  expect(second).toEqual({ from: first?.to, to: 31 * 512 + 3200 });
});
