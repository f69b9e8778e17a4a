import { readFileSync } from 'node:fs';
import { WeSpeakerFeatureExtractor } from '@huggingface/transformers';
import { expect, test } from 'vitest';
import { FbankExtractor, MEL_BANDS } from './fbank';

const reference = JSON.parse(readFileSync(new URL('./fbank-reference.json', import.meta.url), 'utf8')) as {
  frames: number;
  values: number[][];
};

/** As in fbank-reference.py. */
function signal(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const t = i / 16000;
    const sweep = 0.4 * Math.sin(2 * Math.PI * (180 + 900 * t) * t);
    const flutter = 0.1 * Math.sin(2 * Math.PI * 3150 * t) * Math.sin(2 * Math.PI * 7 * t);
    return sweep + flutter + 0.02;
  });
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] ?? NaN))), 0);
}

test('equals Kaldi’s definition', () => {
  const { data, frames } = new FbankExtractor().extract(signal(2000));
  expect(frames).toBe(reference.frames);
  expect(largestDifference(data, reference.values.flat())).toBeLessThan(1e-3);
});

test('equals transformers.js’s WeSpeaker front end', async () => {
  const theirs = new WeSpeakerFeatureExtractor({
    sampling_rate: 16000,
    num_mel_bins: MEL_BANDS,
    fbank_centering_span: null,
    min_num_frames: 9
  });
  const { input_features: features } = (await theirs._call(signal(8000))) as {
    input_features: { data: Float32Array; dims: number[] };
  };
  const ours = new FbankExtractor().extract(signal(8000));
  expect([1, ours.frames, MEL_BANDS]).toEqual(features.dims);
  expect(largestDifference(ours.data, features.data)).toBeLessThan(1e-2);
});

test('only whole frames; each band has mean 0; silence is flat', () => {
  const extractor = new FbankExtractor();
  expect([399, 400, 559, 560].map((length) => extractor.extract(signal(length)).frames)).toEqual([
    0, 1, 1, 2
  ]);
  const { data, frames } = extractor.extract(signal(4000));
  for (let band = 0; band < MEL_BANDS; band++) {
    const mean =
      Array.from({ length: frames }, (_, t) => data[t * MEL_BANDS + band] ?? NaN).reduce((a, b) => a + b) /
      frames;
    expect(mean).toBeCloseTo(0, 4);
  }
  expect(extractor.extract(new Float32Array(4000)).data.every((x) => Math.abs(x) < 1e-6)).toBe(true);
});
