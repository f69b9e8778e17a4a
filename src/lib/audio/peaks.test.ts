import { expect, it } from 'vitest';
import { peaksByWords, peaksOf } from './peaks';

/** One second loud, one silent, one half as loud. */
const audio = {
  sampleRateHz: 1000,
  samples: Float32Array.from(
    { length: 3000 },
    (_, i) => (i < 1000 ? 0.8 : i < 2000 ? 0 : 0.4) * (i % 2 ? 1 : -1)
  )
};

it('the loudest bar is 1, silence is 0, half as loud is 6 dB less', () => {
  const [loud, silent, half] = peaksOf(audio, 3);
  expect(loud).toBe(1);
  expect(silent).toBe(0);
  expect(half).toBeCloseTo(1 - 6.02 / 36, 2);
});

it('silence and nothing are flat', () => {
  expect([...peaksOf({ sampleRateHz: 16_000, samples: new Float32Array(100) }, 4)]).toEqual([0, 0, 0, 0]);
  expect([...peaksOf({ sampleRateHz: 16_000, samples: new Float32Array(0) }, 2)]).toEqual([0, 0]);
  expect(peaksOf({ sampleRateHz: 16_000, samples: new Float32Array(3) }, 10).length).toBe(10);
});

it('a word swells and falls, a pause is a dot', () => {
  const bars = peaksByWords(
    audio,
    [
      { startMs: 0, endMs: 1000 },
      { startMs: 2000, endMs: 3000 }
    ],
    30
  );
  expect(bars.map(({ word }) => word)).toEqual([
    ...Array(10).fill(0),
    ...Array(10).fill(null),
    ...Array(10).fill(1)
  ]);
  const heights = bars.map(({ height }) => height);
  expect(heights.slice(10, 20)).toEqual(Array(10).fill(0));
  for (const word of [heights.slice(0, 10), heights.slice(20)]) {
    expect(Math.max(...word)).toBe(Math.max(word[4] ?? 0, word[5] ?? 0));
    expect(word[0]).toBeLessThan(word[4] ?? 0);
    expect(word[9]).toBeLessThan(word[5] ?? 0);
  }
  expect(bars[29]?.endMs).toBe(3000);
});

it('a word that was said too softly to see is still a word', () => {
  const bars = peaksByWords(audio, [{ startMs: 1200, endMs: 1800 }], 30);
  expect(bars[15]).toMatchObject({ word: 0 });
  expect(bars[15]?.height).toBeGreaterThan(0);
});

it('without words it is the sound alone', () => {
  const bars = peaksByWords(audio, [], 3);
  expect(Float32Array.from(bars, ({ height }) => height)).toEqual(peaksOf(audio, 3));
  expect(peaksByWords(audio, []).length).toBe(24);
});
