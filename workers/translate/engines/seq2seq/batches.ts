import type { Lang } from '../../../contract';

/** One piece of text to say in one language. */
export interface Pair {
  piece: number;
  to: Lang;
}

/** Pairs whose sources are encoded together. */
export interface Batch {
  /** Tokens of each source. */
  sources: (readonly number[])[];
  pairs: { pair: Pair; source: number }[];
}

/** A batch gains little above so many rows, and its keys and values take memory for each. */
const MOST_ROWS = 48;
const MOST_CACHE_BYTES = 64 * 2 ** 20;
/** Tokens of source and translation together that a row usually has. */
const USUAL_TOKENS = 64;

/** How many rows the decoder may have at once. */
export function rowLimit({ layers, modelSize }: { layers: number; modelSize: number }): number {
  const rowBytes = layers * 2 * modelSize * 4 * USUAL_TOKENS;
  return Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_CACHE_BYTES / rowBytes)));
}

/**
 * Puts pairs into batches: sources of like length together (padding is work for nothing), the languages of
 * one source in one batch, so that it is encoded once.
 * @param encode tokens of a pair's source. @param sourceOf pairs with the same key have the same source.
 */
export function batchesOf(
  pairs: readonly Pair[],
  limit: number,
  encode: (pair: Pair) => readonly number[],
  sourceOf: (pair: Pair) => string
): Batch[] {
  const groups = new Map<string, { tokens: readonly number[]; pairs: Pair[] }>();
  for (const pair of pairs) {
    const group = groups.get(sourceOf(pair)) ?? { tokens: encode(pair), pairs: [] };
    group.pairs.push(pair);
    groups.set(sourceOf(pair), group);
  }
  const sorted = [...groups.values()].sort((a, b) => a.tokens.length - b.tokens.length);
  const batches: Batch[] = [];
  for (const { tokens, pairs: own } of sorted) {
    let batch = batches.at(-1);
    const shortest = batch?.sources[0]?.length ?? 0;
    const tooUnlike = tokens.length > 2 * shortest + 8;
    if (!batch || tooUnlike || batch.pairs.length + own.length > limit) {
      batch = { sources: [], pairs: [] };
      batches.push(batch);
    }
    const source = batch.sources.push(tokens) - 1;
    batch.pairs.push(...own.map((pair) => ({ pair, source })));
  }
  return batches;
}
