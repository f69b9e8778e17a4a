import type { SampleProblem } from '$lib/voice';
import { expect, it } from 'vitest';
import { canBeSaidAgain, canCount, isVeryClear, needsAttention } from './standing';

const judged = (problems: SampleProblem[], kept = false) => ({
  status: 'completed' as const,
  problems,
  kept
});

it('waits for the person when something speaks against it, until it is kept', () => {
  expect(needsAttention(judged([]))).toBe(false);
  expect(needsAttention(judged(['noisy']))).toBe(true);
  expect(needsAttention(judged(['noisy'], true))).toBe(false);
  expect(needsAttention({ status: 'failed', problems: [], kept: false })).toBe(true);
  expect(needsAttention({ status: 'pending', problems: [], kept: false })).toBe(false);
});

it('is offered to be kept only where that would make it count', () => {
  expect(canCount(judged(['noisy', 'clipped']))).toBe(true);
  expect(canCount(judged(['no-speech', 'too-quiet']))).toBe(false);
  expect(canCount(judged(['other-voice']))).toBe(false);
  expect(canCount({ status: 'failed', problems: [], kept: false })).toBe(false);
});

it('can be said again when it was a phrase', () => {
  expect(canBeSaidAgain({ source: 'guided', phraseText: 'Good morning.' })).toBe(true);
  expect(canBeSaidAgain({ source: 'freestyle', phraseText: null })).toBe(false);
});

it('is very clear far above the noise', () => {
  const quality = (snrDb: number) => ({ quality: { snrDb, clipping: 0, speechShare: 1, speechDbfs: -20 } });
  expect(isVeryClear(quality(34))).toBe(true);
  expect(isVeryClear(quality(22))).toBe(false);
  expect(isVeryClear({ quality: null })).toBe(false);
});
