import { expect, test } from 'vitest';
import { medianFilter, tokenSpans, warpingPath } from './alignment';

test('the path is the cheapest of all, compared with trying every one', () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5;
  for (let round = 0; round < 50; round++) {
    const rows = 1 + (round % 5);
    const columns = 1 + (round % 6);
    const cost = Array.from({ length: rows }, () => Array.from({ length: columns }, random));
    const at = (i: number, j: number) => cost[i]?.[j] ?? Infinity;
    const cheapest = (i: number, j: number): number => {
      if (i === 0 && j === 0) return at(0, 0);
      if (i < 0 || j < 0) return Infinity;
      return at(i, j) + Math.min(cheapest(i - 1, j - 1), cheapest(i - 1, j), cheapest(i, j - 1));
    };
    const path = warpingPath(cost);
    expect(path.reduce((sum, [i, j]) => sum + at(i, j), 0)).toBeCloseTo(cheapest(rows - 1, columns - 1));
    expect(path[0]).toEqual([0, 0]);
    expect(path.at(-1)).toEqual([rows - 1, columns - 1]);
    path.slice(1).forEach(([i, j], k) => {
      const [a, b] = path[k] ?? [0, 0];
      expect([0, 1]).toContain(i - a);
      expect([0, 1]).toContain(j - b);
      expect(i - a + j - b).toBeGreaterThan(0);
    });
  }
});

test('the median filter takes out single peaks and keeps edges', () => {
  expect([...medianFilter(Float64Array.of(0, 0, 0, 9, 0, 0, 5, 5, 5, 5), 3)]).toEqual([
    0, 0, 0, 0, 0, 0, 5, 5, 5, 5
  ]);
  expect([...medianFilter(Float64Array.of(1, 2), 7)]).toEqual([1, 2]);
});

test('the running median is the median of every neighbourhood', () => {
  let seed = 3;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (const width of [3, 7]) {
    // With equal values among them, and zeros of a position that nothing looks at.
    const values = Float64Array.from({ length: 200 }, () => Math.max(0, Math.round(random() * 9) - 3));
    const at = (i: number) =>
      values[i < 0 ? -i : i >= values.length ? 2 * (values.length - 1) - i : i] ?? NaN;
    const reach = (width - 1) / 2;
    medianFilter(values, width).forEach((median, i) => {
      const near = Array.from({ length: width }, (_, j) => at(i - reach + j)).sort((a, b) => a - b);
      expect(median).toBe(near[reach]);
    });
  }
});

/** Attention that looks at given positions, one for each decoder place. */
const looking = (places: number[], positions: number) =>
  places.map((centre) => [
    Float32Array.from({ length: positions }, (_, t) => Math.exp(-((t - centre) ** 2) / 8))
  ]);

test('tokens are where their places look, one after another and without gaps', () => {
  // Three places of the prompt, of which the last predicts the first token; then three tokens; the last row predicts the end.
  const rows = looking([0, 0, 10, 30, 50, 75], 80);
  const spans = tokenSpans(rows, 3, 3, 80, 50);
  const near = [10, 30, 50];
  spans.forEach(({ from, to }, i) => {
    expect(from).toBeLessThanOrEqual(near[i] ?? 0);
    expect(to).toBeGreaterThanOrEqual(near[i] ?? 0);
    if (i > 0) expect(from).toBe(spans[i - 1]?.to);
  });
});

test('padding is not looked at', () => {
  const rows = looking([0, 5, 15, 25, 70], 80);
  for (const { to } of tokenSpans(rows, 2, 3, 30, 50)) expect(to).toBeLessThanOrEqual(30);
});

test('tokens cut off by the limit, and nothing said', () => {
  expect(tokenSpans(looking([0, 10, 20], 30), 2, 2, 30, 50).at(-1)?.to).toBe(30);
  expect(tokenSpans(looking([0, 10], 30), 2, 0, 30, 50)).toEqual([]);
});
