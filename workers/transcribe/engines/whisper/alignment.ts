/**
 * Times of tokens from cross-attention. A decoder place that predicts a token looks at the audio where
 * the token is spoken; dynamic time warping turns these looks into a rising path.
 * Method and constants: Whisper's reference code (`timing.py`), Radford et al. 2022.
 */
import type { AttentionRow } from './model';

/** Seven positions at Whisper's 50 a second. */
const MEDIAN_SECONDS = 0.14;

/**
 * Start and end of every text token, in encoder positions.
 * @param rows attention of every decoder place: first the prompt's, then one for each token given after it.
 * @param promptLength places of the prompt; the last of them predicts the first token.
 * @param tokenCount tokens said; the row after the last one, if there, predicts the end.
 * @param positions how many of the encoder's positions are audio and not padding.
 * @param positionsPerSecond of the encoder.
 */
export function tokenSpans(
  rows: readonly AttentionRow[],
  promptLength: number,
  tokenCount: number,
  positions: number,
  positionsPerSecond: number
): { from: number; to: number }[] {
  if (tokenCount === 0) return [];
  const first = promptLength - 1;
  const means = meanOverHeads(rows, positions, medianWidth(positionsPerSecond));
  const matrix = means.slice(first, first + tokenCount + 1);
  if (matrix.length < tokenCount || positions === 0) return spreadEvenly(tokenCount, positions);
  const starts = rowStarts(warpingPath(matrix.map((row) => row.map((x) => -x))), matrix.length);
  return Array.from({ length: tokenCount }, (_, i) => ({
    from: starts[i] ?? 0,
    to: starts[i + 1] ?? positions
  }));
}

/** Where nothing better is known: equal shares of the time. */
export function spreadEvenly(count: number, positions: number): { from: number; to: number }[] {
  return Array.from({ length: count }, (_, i) => ({
    from: (positions * i) / count,
    to: (positions * (i + 1)) / count
  }));
}

/** Odd, in positions. */
function medianWidth(positionsPerSecond: number): number {
  return 2 * Math.floor((MEDIAN_SECONDS * positionsPerSecond) / 2) + 1;
}

/**
 * For each head: standardised over the places (so that a position all places look at counts little), median-filtered in
 * time; then the mean over heads. One array for each place.
 */
function meanOverHeads(rows: readonly AttentionRow[], positions: number, width: number): Float64Array[] {
  const heads = rows[0]?.length ?? 0;
  const mean = rows.map(() => new Float64Array(positions));
  const weights = rows.map(() => new Float64Array(positions));
  for (let head = 0; head < heads; head++) {
    weights.forEach((row, place) => takeAudio(rows[place]?.[head], row));
    standardise(weights);
    weights.forEach((row, place) => {
      const filtered = medianFilter(row, width);
      const sum = mean[place];
      if (sum)
        for (let t = 0; t < positions; t++) sum[t] = (sum[t] as number) + (filtered[t] as number) / heads;
    });
  }
  return mean;
}

/** The attention that fell on audio, summing to 1 again after padding is cut off. @param out its length is the audio's. */
function takeAudio(row: Float32Array | undefined, out: Float64Array): void {
  let sum = 0;
  for (let t = 0; t < out.length; t++) sum += out[t] = row?.[t] ?? 0;
  if (sum > 0) for (let t = 0; t < out.length; t++) out[t] = (out[t] as number) / sum;
}

/** Each position becomes (x − mean) / deviation over all places; row by row, as they lie in memory. */
function standardise(rows: readonly Float64Array[]): void {
  const positions = rows[0]?.length ?? 0;
  const mean = new Float64Array(positions);
  const deviation = new Float64Array(positions);
  for (const row of rows)
    for (let t = 0; t < positions; t++) mean[t] = (mean[t] as number) + (row[t] as number);
  for (let t = 0; t < positions; t++) mean[t] = (mean[t] as number) / rows.length;
  for (const row of rows) {
    for (let t = 0; t < positions; t++) {
      const off = (row[t] as number) - (mean[t] as number);
      row[t] = off;
      deviation[t] = (deviation[t] as number) + off * off;
    }
  }
  for (let t = 0; t < positions; t++) deviation[t] = Math.sqrt((deviation[t] as number) / rows.length);
  for (const row of rows) {
    for (let t = 0; t < positions; t++) {
      const spread = deviation[t] as number;
      row[t] = spread > 0 ? (row[t] as number) / spread : 0;
    }
  }
}

/** Median of each value's neighbourhood, the signal being reflected at its ends. @param width odd. */
export function medianFilter(values: Float64Array, width: number): Float64Array {
  const reach = (width - 1) / 2;
  if (values.length <= reach) return values.slice();
  const last = values.length - 1;
  const reflected = new Float64Array(values.length + 2 * reach);
  reflected.set(values, reach);
  for (let i = 1; i <= reach; i++) {
    reflected[reach - i] = values[i] as number;
    reflected[reach + last + i] = values[last - i] as number;
  }
  const near = reflected.slice(0, width).sort();
  const medians = new Float64Array(values.length);
  medians[0] = near[reach] as number;
  for (let i = 1; i < medians.length; i++) {
    replace(near, reflected[i - 1] as number, reflected[i + width - 1] as number);
    medians[i] = near[reach] as number;
  }
  return medians;
}

/** One value leaves a sorted array and another comes; it stays sorted. For so few, quicker than any general sort. */
function replace(sorted: Float64Array, gone: number, come: number): void {
  const last = sorted.length - 1;
  let at = 0;
  while (at < last && sorted[at] !== gone) at++;
  for (; at < last && (sorted[at + 1] as number) < come; at++) sorted[at] = sorted[at + 1] as number;
  for (; at > 0 && (sorted[at - 1] as number) > come; at--) sorted[at] = sorted[at - 1] as number;
  sorted[at] = come;
}

/**
 * Dynamic time warping: the path from the first to the last cell of a cost matrix, going right, down or
 * diagonally, whose cells cost least in sum.
 * @returns its cells as [row, column], rising.
 */
export function warpingPath(cost: readonly ArrayLike<number>[]): [row: number, column: number][] {
  const rows = cost.length;
  const columns = cost[0]?.length ?? 0;
  if (columns === 0) return [];
  const width = columns + 1;
  const total = new Float64Array((rows + 1) * width).fill(Infinity);
  const step = new Uint8Array((rows + 1) * width); // 0 diagonal, 1 down, 2 right
  total[0] = 0;
  for (let i = 1; i <= rows; i++) {
    const costs = cost[i - 1] ?? [];
    for (let j = 1; j <= columns; j++) {
      const diagonal = total[(i - 1) * width + j - 1] as number;
      const down = total[(i - 1) * width + j] as number;
      const right = total[i * width + j - 1] as number;
      const which = diagonal < down && diagonal < right ? 0 : down < diagonal && down < right ? 1 : 2;
      const before = which === 0 ? diagonal : which === 1 ? down : right;
      total[i * width + j] = (costs[j - 1] ?? 0) + before;
      step[i * width + j] = which;
    }
  }
  const path: [number, number][] = [];
  let i = rows;
  let j = columns;
  while (i > 0 && j > 0) {
    path.push([i - 1, j - 1]);
    const which = step[i * width + j];
    if (which !== 2) i--;
    if (which !== 1) j--;
  }
  return path.reverse();
}

/** The column at which the path enters each row. */
function rowStarts(path: readonly [number, number][], rows: number): number[] {
  const starts = new Array<number>(rows).fill(0);
  let before = -1;
  for (const [row, column] of path) {
    if (row !== before) starts[row] = column;
    before = row;
  }
  return starts;
}
