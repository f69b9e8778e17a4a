import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MEL_BANDS } from './fbank';
import { SpeechBrainFbankExtractor } from './speechBrainFbank';

const reference = JSON.parse(
  readFileSync(new URL('./speechbrain-reference.json', import.meta.url), 'utf8')
) as { frames: number; step: number; values: number[][] };

/** As in speechbrain-reference.py: a sound, and from sample 3000 on nothing. */
function signal(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const t = i / 16000;
    const sweep = 0.4 * Math.sin(2 * Math.PI * (180 + 900 * t) * t);
    const flutter = 0.1 * Math.sin(2 * Math.PI * 3150 * t) * Math.sin(2 * Math.PI * 7 * t);
    return i < 3000 ? sweep + flutter : 0;
  });
}
const extractor = new SpeechBrainFbankExtractor();

test('equals SpeechBrain’s definition', () => {
  const { data, frames } = extractor.extract(signal(4000));
  expect(frames).toBe(reference.frames);
  reference.values.forEach((row, i) => {
    const frame = data.subarray(i * reference.step * MEL_BANDS, (i * reference.step + 1) * MEL_BANDS);
    const differences = row.map((value, band) => Math.abs(value - (frame[band] ?? NaN)));
    expect(Math.max(...differences)).toBeLessThan(1e-3);
  });
});

test('a frame each 10 ms, also at the ends; each band has mean 0; no value is more than 80 dB below the loudest', () => {
  expect([1, 159, 160, 400].map((length) => extractor.extract(signal(length)).frames)).toEqual([1, 1, 2, 3]);
  const { data, frames } = extractor.extract(signal(4000));
  for (let band = 0; band < MEL_BANDS; band++) {
    const values = Array.from({ length: frames }, (_, t) => data[t * MEL_BANDS + band] ?? NaN);
    expect(values.reduce((a, b) => a + b) / frames).toBeCloseTo(0, 3);
    expect(Math.max(...values) - Math.min(...values)).toBeLessThanOrEqual(80 + 1e-3);
  }
});

test('a band whose mean is taken away doesn’t tell how loud it was', () => {
  const loud = signal(2400);
  const quiet = extractor.extract(loud.map((x) => x / 8)).data;
  expect(
    Math.max(...extractor.extract(loud).data.map((x, i) => Math.abs(x - (quiet[i] ?? NaN))))
  ).toBeLessThan(1e-3);
});

test('silence is flat', () => {
  expect(extractor.extract(new Float32Array(4000)).data.every((x) => Math.abs(x) < 1e-4)).toBe(true);
});
