import { describe, expect, test } from 'vitest';
import { judge, type Evidence } from './judge';
import { ONE_VOICE_COSINE } from './limits';
import type { Standing } from './standing';
import { isSomethingElse, sharedWords } from './words';

const GOOD: Evidence = {
  measured: {
    durationMs: 4000,
    speechShare: 0.8,
    speechDbfs: -22,
    rmsDbfs: -24,
    clippingShare: 0,
    snrDb: 30
  },
  heard: { text: 'I left the keys on the table', confidence: 0.5, model: 'starter/whisper' },
  phraseText: 'I left the keys on the table.',
  standing: { aboveMean: 6, belowBest: -2 },
  sourceRateHz: 48_000,
  agreement: 0.5
};
const judged = (measured: Partial<Evidence['measured']>, rest: Partial<Evidence> = {}) =>
  judge({ ...GOOD, ...rest, measured: { ...GOOD.measured, ...measured } });

describe('a recording', () => {
  test('with nothing against it', () => {
    expect(judge(GOOD)).toEqual([]);
    expect(judge({ ...GOOD, heard: null })).toEqual([]);
    expect(judge({ ...GOOD, phraseText: null, heard: { text: 'quite other words', confidence: 1, model: 'hub/x' } })).toEqual([]); // prettier-ignore
  });

  test.each([
    ['too-short', { durationMs: 1870 }, { durationMs: 1880 }],
    ['too-quiet', { speechDbfs: -40.1 }, { speechDbfs: -40 }],
    ['clipped', { clippingShare: 0.011 }, { clippingShare: 0.01 }],
    ['noisy', { snrDb: 14.9 }, { snrDb: 15 }]
  ])('is %s from its limit on', (problem, beyond, within) => {
    expect(judged(beyond)).toEqual([problem]);
    expect(judged(within)).toEqual([]);
  });

  test('in which nobody speaks has no other fault than its level', () => {
    expect(judged({ speechShare: 0, snrDb: 0, rmsDbfs: -30 })).toEqual(['no-speech']);
    expect(judged({ speechShare: 0, snrDb: 0, rmsDbfs: -70 })).toEqual(['no-speech', 'too-quiet']);
    expect(judged({}, { heard: { text: ' ', confidence: 0, model: '' } })).toEqual(['no-speech']);
  });

  test('is narrow by the rate of its file, and two people’s by how its pieces differ', () => {
    expect(judged({}, { sourceRateHz: 8000 })).toEqual(['narrow']);
    expect(judged({}, { sourceRateHz: 16_000 })).toEqual([]);
    expect(judged({}, { agreement: ONE_VOICE_COSINE - 0.01 })).toEqual(['two-voices']);
    expect(judged({}, { agreement: ONE_VOICE_COSINE })).toEqual([]);
    expect(judged({}, { sourceRateHz: null, agreement: null })).toEqual([]);
    expect(judged({ speechShare: 0, rmsDbfs: -30 }, { agreement: 0 })).toEqual(['no-speech']);
  });

  test('says what is most important first', () => {
    expect(
      judged({ durationMs: 1000, speechDbfs: -50, clippingShare: 0.5, snrDb: 3 }, { heard: null })
    ).toEqual(['too-short', 'too-quiet', 'clipped', 'noisy']);
  });
});

describe('something else than the phrase', () => {
  const phrase = 'Don’t forget to buy bread, milk and some washing powder.';
  /** Written down by a full-size recogniser, unless it is another. */
  const isOther = (
    text: string | null,
    confidence = 0.8,
    { expected = phrase, standing = null as Standing | null, speechMs = 3000, model = 'hub/whisper' } = {}
  ) =>
    isSomethingElse(expected, {
      heard: text === null ? null : { text, confidence, model },
      standing,
      speechMs
    });
  const OTHER = 'Her friend was late again at the station last night';

  test('a full-size recogniser is believed where it is sure and has next to nothing of the phrase', () => {
    expect(isOther(OTHER, 0.8)).toBe(true);
    expect(isOther(OTHER, 0.4)).toBe(false);
    expect(isOther('dont forget to buy bread milk and washing powder')).toBe(false);
  });

  test('what the starter recogniser wrote down counts for nothing', () => {
    expect(isOther(OTHER, 0.95, { model: 'starter/whisper' })).toBe(false);
  });

  test('a phrase that doesn’t stand out among others was not read, whatever was written down', () => {
    const isOtherAt = (aboveMean: number, belowBest: number) =>
      isOther(phrase, 0.9, { model: 'starter/whisper', standing: { aboveMean, belowBest } });
    expect(isOtherAt(0.6, 1.9)).toBe(false);
    expect(isOtherAt(0.4, 1.9)).toBe(true);
    expect(isOtherAt(1.5, 2.1)).toBe(true);
    expect(isOther(null, 0, { standing: { aboveMean: 0.4, belowBest: 0 } })).toBe(true);
    expect(isOther(null, 0, { standing: null })).toBe(false);
  });

  test('nobody says it in a second', () => {
    expect(isOther(null, 0, { speechMs: 1300 })).toBe(true);
    expect(isOther(null, 0, { speechMs: 1500 })).toBe(false);
  });

  test('words are compared folded, each as often as it is there', () => {
    expect(sharedWords(['a', 'b', 'a', 'c'], ['a', 'c', 'x'])).toBe(0.5);
    expect(sharedWords([], ['a'])).toBe(1);
    const expected = 'Où vas-tu si tôt, l’œil inquiet ?';
    expect(isOther("ou vas tu si tot l'oeil inquiet", 0.9, { expected })).toBe(false);
  });

  test('without spaces each character is a word', () => {
    const expected = '明天早上见，别迟到。';
    expect(isOther('明天早上见别迟到了', 0.9, { expected })).toBe(false);
    expect(isOther('我喜欢吃苹果和香蕉', 0.9, { expected })).toBe(true);
  });
});
