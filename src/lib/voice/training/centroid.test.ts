import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  cosine,
  improved,
  intraClassVariance,
  leaveOneOut,
  weightedCentroid,
  type Weighted
} from './centroid';
import { expectedSimilarity } from './confidence';
import { outliers } from './outliers';
import { mean } from './statistics';

interface Case {
  name: string;
  vectors: number[][];
  weights: number[];
  centroid: number[];
  variance: number;
  leaveOneOut: number[];
  aside: boolean[];
  keptCentroid: number[];
  expected: number | null;
}
const reference = JSON.parse(readFileSync(new URL('./centroid-reference.json', import.meta.url), 'utf8')) as {
  link: number;
  cases: Case[];
  improved: { old: number[]; fresh: number[]; result: number[] };
};

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] ?? NaN))), 0);
}

const recordingsOf = ({ vectors, weights }: Case): Weighted[] =>
  vectors.map((vector, i) => ({ vector: Float32Array.from(vector), weight: weights[i] ?? NaN }));

describe('as NumPy has it:', () => {
  test.each(reference.cases)('$name', (each) => {
    const recordings = recordingsOf(each);
    expect(largestDifference(weightedCentroid(recordings), each.centroid)).toBeLessThan(1e-6);
    expect(Math.abs(intraClassVariance(recordings) - each.variance)).toBeLessThan(1e-6);
    expect(largestDifference(leaveOneOut(recordings), each.leaveOneOut)).toBeLessThan(1e-6);

    const aside = outliers(recordings, reference.link);
    expect(aside).toEqual(each.aside);
    const kept = recordings.map((one, i) => (aside[i] ? { ...one, weight: 0 } : one));
    expect(largestDifference(weightedCentroid(kept), each.keptCentroid)).toBeLessThan(1e-6);
    const counted = leaveOneOut(kept).filter((_, i) => (kept[i]?.weight ?? 0) > 0);
    if (each.expected === null) expect(counted).toHaveLength(1);
    else
      expect(Math.abs(expectedSimilarity(mean(counted), counted.length) - each.expected)).toBeLessThan(1e-6);
  });

  test('an old voice with a new recording in it', () => {
    const { old, fresh, result } = reference.improved;
    const found = improved(Float32Array.from(old), Float32Array.from(fresh), 0.7);
    expect(largestDifference(found, result)).toBeLessThan(1e-6);
    expect(cosine(found, found)).toBeCloseTo(1, 6);
  });
});

test('what cancels out has no centroid, and neither has nothing', () => {
  const up = Float32Array.of(1, 0);
  const down = Float32Array.of(-1, 0);
  const refused = expect.objectContaining({ code: 'input/invalid' }) as Error;
  expect(() =>
    weightedCentroid([
      { vector: up, weight: 1 },
      { vector: down, weight: 1 }
    ])
  ).toThrow(refused);
  expect(() => weightedCentroid([{ vector: up, weight: 0 }])).toThrow(refused);
  expect(() => weightedCentroid([])).toThrow(refused);
});

test('of whatever is mixed, at least two are left', () => {
  let state = 7;
  const random = () => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648) * 2 - 1;
  for (let round = 0; round < 200; round++) {
    const recordings = Array.from({ length: 2 + (round % 12) }, () => {
      const vector = Float32Array.from({ length: 6 }, random);
      const length = Math.hypot(...vector);
      return { vector: vector.map((x) => x / length), weight: 0.1 + Math.abs(random()) };
    });
    const left = outliers(recordings, 0.3).filter((odd) => !odd).length;
    expect(left).toBeGreaterThanOrEqual(2);
  }
});
