import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CALIBRATION } from './calibration';
import { confidenceOf } from './confidence';
import { qualityScore } from './quality';

const report = JSON.parse(
  readFileSync(new URL('../../../../models/training/voice/calibration.json', import.meta.url), 'utf8')
) as {
  embeddingModel: string;
  threshold: number;
  typicalSimilarity: number;
  outliers: { link: number };
  confidence: { constant: number; weights: Record<string, number>; seconds: number[]; expected: number[] };
  heldOut: { reliability: { trials: number; expected: number; observed: number }[] };
  curve: { threshold: number; refused: number; taken: number }[];
  equalErrorRate: { pooled: number };
  examples: { similarities: number[]; seconds: number; probability: number }[];
};

test('the constants are those of the report', () => {
  const { embeddingModel, threshold, typicalSimilarity, outliers, confidence } = report;
  const { constant, weights, seconds, expected } = confidence;
  expect(CALIBRATION).toEqual({
    embeddingModel,
    threshold,
    typicalSimilarity,
    link: outliers.link,
    confidence: { constant, weights, seconds, expected }
  });
});

test.each(report.examples)('$seconds s, $similarities: $probability', (example) => {
  expect(confidenceOf(example.similarities, example.seconds * 1000)).toBeCloseTo(example.probability, 8);
});

test('at the operating point the two errors are about equal, and as the report says', () => {
  const nearest = report.curve.reduce((a, b) =>
    Math.abs(a.threshold - report.threshold) <= Math.abs(b.threshold - report.threshold) ? a : b
  );
  expect(Math.abs(nearest.refused - report.equalErrorRate.pooled)).toBeLessThan(0.03);
  expect(Math.abs(nearest.taken - report.equalErrorRate.pooled)).toBeLessThan(0.03);
});

test('on people it was not fitted on, what was expected is what was observed', () => {
  for (const { trials, expected, observed } of report.heldOut.reliability.filter(({ trials: n }) => n >= 200))
    expect(Math.abs(expected - observed), `${trials} trials around ${expected}`).toBeLessThan(0.08);
});

test('recordings that agree more give more confidence, and one that is longer', () => {
  const of = (similarity: number, count = 5) => confidenceOf(Array<number>(count).fill(similarity), 20_000);
  expect(of(0.8)).toBeGreaterThan(of(0.4));
  expect(of(0.4)).toBeGreaterThan(of(-0.2));
  expect(of(-0.2)).toBeLessThan(0.6);
  expect(confidenceOf([1], 6000)).toBeGreaterThan(confidenceOf([1], 2000));
  // Longer than what was measured says no more than that.
  expect(confidenceOf([1], 600_000)).toBe(confidenceOf([1], 8000));
});

test.each([
  [0, 1, 0.3],
  [9999, 1, 0.3],
  [10_000, 1, 0.5],
  [29_999, 2, 0.55],
  [30_000, 1, 0.7],
  [59_999, 3, 0.8],
  [60_000, 1, 0.9],
  [60_000, 3, 1],
  [9999, 30, 0.4],
  [600_000, 30, 1]
])('%i ms in %i recordings are worth %f', (totalDurationMs, count, score) => {
  expect(qualityScore(totalDurationMs, count)).toBe(score);
});
