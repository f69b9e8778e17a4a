/** What is decided about text and tokens without a model. */
import { describe, expect, test } from 'vitest';
import { batchesOf, rowLimit, type Pair } from './batches';
import { endsInLoop, hasWords, holdsLoop, isTooShort, lengthLimit, repeatingTokens } from '../../guards';
import { best, mostProbable } from './logits';
import { piecesOf } from './pieces';

describe('loops', () => {
  test.each([
    [[1, 2, 3, 4, 5, 6, 7], false],
    [[9, 5, 5, 5, 5, 5, 5], true],
    [[9, 5, 5, 5, 5], false],
    [[1, 2, 1, 2, 1, 2], false],
    [[1, 2, 1, 2, 1, 2, 1, 2], true],
    [[7, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5], true],
    [[1, 2, 3, 4, 5, 1, 2, 3, 4, 5], false],
    [[], false]
  ])('%j ends in one: %s', (tokens, loops) => {
    expect(endsInLoop(tokens)).toBe(loops);
  });

  test('a speaker’s own repetition is known', () => {
    expect(holdsLoop([4, 8, 8, 8, 8, 8, 8, 4])).toBe(true);
    expect(holdsLoop([4, 8, 9, 8, 9, 4])).toBe(false);
  });

  test('tokens that would repeat a run', () => {
    expect(repeatingTokens([1, 2, 3, 1, 2], 3)).toEqual([3]);
    expect(repeatingTokens([1, 2, 3, 1, 2, 4, 1, 2], 3)).toEqual([3, 4]);
    expect(repeatingTokens([1, 2], 3)).toEqual([]);
  });
});

test('lengths', () => {
  expect(lengthLimit(10, true)).toBeGreaterThan(lengthLimit(10, false));
  expect(isTooShort(20, 4)).toBe(true);
  expect(isTooShort(20, 8)).toBe(false);
  expect(isTooShort(4, 1)).toBe(false);
});

test.each([
  ['…', false],
  ['👍', false],
  ['42', true],
  ['你好', true]
])('%s has words: %s', (text, words) => expect(hasWords(text)).toBe(words));

describe('pieces of a long sentence', () => {
  const fits = (length: number) => (piece: string) => piece.length <= length;
  test('lose nothing, fit, and are cut at pauses first', () => {
    const sentence =
      'When I came home yesterday evening, the door was open, and nobody was there: not even the cat.';
    const pieces = piecesOf(sentence, fits(60));
    expect(pieces.join(' ')).toBe(sentence);
    expect(pieces.every(fits(60))).toBe(true);
    expect(pieces[0]).toMatch(/,$/);
  });
  test('without pauses or spaces, too', () => {
    expect(piecesOf('一二三四五六七八九十'.repeat(5), fits(20)).join('')).toBe(
      '一二三四五六七八九十'.repeat(5)
    );
    expect(piecesOf('one two three four five six', fits(14)).join(' ')).toBe('one two three four five six');
    expect(piecesOf('short', fits(60))).toEqual(['short']);
    expect(piecesOf('x', () => false)).toEqual(['x']);
  });
});

describe('batches', () => {
  const pairs: Pair[] = [0, 1, 2].flatMap((piece) => (['fr', 'de'] as const).map((to) => ({ piece, to })));
  const encode = ({ piece }: Pair) => new Array<number>([30, 3, 4][piece] ?? 0).fill(7);
  test('a source is encoded once for all its languages; like lengths go together', () => {
    const batches = batchesOf(pairs, 100, encode, ({ piece }) => `${piece}`);
    expect(batches.map(({ sources }) => sources.map((source) => source.length))).toEqual([[3, 4], [30]]);
    expect(batches.map((batch) => batch.pairs.length)).toEqual([4, 2]);
  });
  test('rows are limited', () => {
    const batches = batchesOf(pairs, 2, encode, ({ piece }) => `${piece}`);
    expect(batches.map((batch) => batch.pairs.length)).toEqual([2, 2, 2]);
    expect(rowLimit({ layers: 2, modelSize: 256 })).toBe(48);
    expect(rowLimit({ layers: 12, modelSize: 1024 })).toBeLessThan(12);
  });
});

test('logits: the best, and the most probable with ln p', () => {
  const logits = Float32Array.of(1, 3, -Infinity, 3, 2);
  expect(best(logits)).toEqual({ token: 1, score: 3 });
  const top = mostProbable(logits, 3);
  expect(top.map(({ token }) => token)).toEqual([1, 3, 4]);
  const total = Math.exp(1) + 2 * Math.exp(3) + Math.exp(2);
  expect(top[0]?.score).toBeCloseTo(3 - Math.log(total), 5);
  expect(mostProbable(Float32Array.of(-Infinity, 1), 3)).toHaveLength(1);
});
