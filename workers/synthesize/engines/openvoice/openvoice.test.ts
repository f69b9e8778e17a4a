/** OpenVoice against the same computed with torch (reference.py), on the fixture's random weights. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { VoiceConditioning } from '../../../contract';
import { FIXTURES, fetchFromDisk, MODEL_BASE, nodeConfig } from '../../../runtime/testing';
import { buzz, buzzClip, largestDifference, numbersIn } from '../speech.testing';
import { OpenVoice } from './openvoice';
import { partsOf } from './parts';
import { BINS, HOP, RATE_HZ, SpectrogramExtractor, timeLast } from './spectrogram';
import { loadToneConverter, type ToneConverter } from './toneConverter';
import { loadToneExtractor, TONE_SIZE, type ToneExtractor } from './toneExtractor';

const reference = JSON.parse(readFileSync(new URL('./reference.json', import.meta.url), 'utf8')) as {
  length: number;
  framesBetween: number;
  samplesBetween: number;
  spectrogram: string;
  source: string;
  target: string;
  said: string;
};

const voice = (pitchHz: number, length: number, rateHz = RATE_HZ) => buzz(pitchHz, length, rateHz);
const clip = (pitchHz: number, seconds: number, rateHz = RATE_HZ) => buzzClip(pitchHz, seconds, rateHz);

const mean = (...vectors: Float32Array[]) =>
  Float32Array.from({ length: TONE_SIZE }, (_, i) =>
    vectors.reduce((sum, vector) => sum + (vector[i] ?? NaN) / vectors.length, 0)
  );
function speaker(tone: unknown): VoiceConditioning {
  return { profileId: 'me', centroid: new Float32Array(192), engines: { openvoice: tone } };
}

describe('the front end', () => {
  const extractor = new SpectrogramExtractor();

  test('equals torch’s', () => {
    const { data, frames } = extractor.extract(voice(110, reference.length));
    expect(frames).toBe(140);
    const expected = numbersIn(reference.spectrogram);
    const some = Float32Array.from(expected, (_, i) => {
      const frame = Math.floor(i / BINS) * reference.framesBetween;
      return data[frame * BINS + (i % BINS)] ?? NaN;
    });
    expect(largestDifference(some, expected)).toBeLessThan(1e-4);
  });

  test('gives a frame for each 256 samples; a range of them is what it is in the whole', () => {
    expect([385, 511, 512, 6000].map((length) => extractor.extract(voice(110, length)).frames)).toEqual([
      1, 1, 2, 23
    ]);
    const samples = voice(110, 6000);
    const whole = extractor.extract(samples);
    for (const [from, to] of [
      [0, 5],
      [7, 12],
      [18, 23]
    ] as const)
      expect(extractor.extract(samples, from, to).data).toEqual(whole.data.slice(from * BINS, to * BINS));
    expect(timeLast(whole)[3 * whole.frames + 7]).toBe(whole.data[7 * BINS + 3]);
    expect(() => extractor.extract(new Float32Array(384))).toThrow(RangeError);
  });
});

test('long speech is cut where it is quiet, into parts that can be held', () => {
  const frames = 1000;
  const pauses = [180, 330, 560, 780];
  const samples = Float32Array.from({ length: frames * HOP }, (_, i) =>
    pauses.some((pause) => Math.abs(i / HOP - pause) < 6) ? 0 : Math.sin(i)
  );
  const parts = partsOf(samples, frames, 250);
  expect(parts[0]?.from).toBe(0);
  expect(parts.at(-1)?.to).toBe(frames);
  parts.forEach(({ from, to }, i) => {
    expect(to - from).toBeGreaterThan(0);
    expect(to - from).toBeLessThanOrEqual(250);
    if (i > 0) expect(from).toBe(parts[i - 1]?.to);
  });
  for (const { to } of parts.slice(0, -1))
    expect(pauses.some((pause) => Math.abs(to - pause) < 6)).toBe(true);
  expect(partsOf(samples, 250, 250)).toEqual([{ from: 0, to: 250 }]);
});

const present = existsSync(join(FIXTURES, 'openvoice/onnx/tone_clone_model.onnx'));
if (!present) console.warn('tests/fixtures/models/openvoice is not here: OpenVoice is not run');
const folder = `${MODEL_BASE}fixtures/openvoice/`;

describe.skipIf(!present)('the model', { timeout: 120_000 }, () => {
  let extractor: ToneExtractor;
  let converter: ToneConverter;
  beforeAll(async () => {
    vi.stubGlobal('fetch', fetchFromDisk({ fixtures: FIXTURES }));
    extractor = await loadToneExtractor(folder, nodeConfig());
    converter = await loadToneConverter(folder, nodeConfig());
  }, 120_000);

  test('hears the tones that torch hears', async () => {
    for (const [pitchHz, expected] of [
      [110, reference.source],
      [230, reference.target]
    ] as const) {
      const tone = await extractor.toneOf(voice(pitchHz, reference.length));
      expect(tone).toHaveLength(TONE_SIZE);
      expect(largestDifference(tone, numbersIn(expected))).toBeLessThan(1e-4);
    }
  });

  test('says what torch says without noise, and the voice asked for makes a difference', async () => {
    const [source, target] = [numbersIn(reference.source), numbersIn(reference.target)];
    const samples = voice(110, reference.length);
    const said = await converter.convert(samples, source, target, { tau: 0 });
    expect(said).toHaveLength(140 * HOP);
    const some = said.filter((_, i) => i % reference.samplesBetween === 0);
    expect(largestDifference(some, numbersIn(reference.said))).toBeLessThan(1e-4);
    const own = await converter.convert(samples, source, source, { tau: 0 });
    expect(largestDifference(own, said)).toBeGreaterThan(1e-2);
  });

  test('is rough by τ: every run has noise of its own', async () => {
    const [source, target] = [numbersIn(reference.source), numbersIn(reference.target)];
    const say = (tau: number) => converter.convert(voice(110, 30 * HOP), source, target, { tau });
    expect(await say(0)).toEqual(await say(0));
    expect(largestDifference(await say(0.3), await say(0.3))).toBeGreaterThan(1e-3);
  });

  test('in parts says what the whole says', async () => {
    const [source, target] = [numbersIn(reference.source), numbersIn(reference.target)];
    const samples = voice(110, 700 * HOP);
    const whole = await converter.convert(samples, source, target, { tau: 0, longestRun: 700 });
    const fractions: number[] = [];
    const parts = await converter.convert(samples, source, target, {
      tau: 0,
      longestRun: 400,
      onFraction: (fraction) => fractions.push(fraction)
    });
    expect(parts).toHaveLength(whole.length);
    expect(largestDifference(parts, whole)).toBeLessThan(1e-4);
    expect(fractions.length).toBeGreaterThan(3);
    expect(fractions.at(-1)).toBe(1);
  });

  describe('a person’s clips', () => {
    test('are heard in equal parts of about ten seconds, of which the mean is taken, unscaled', async () => {
      const whole = clip(110, 24);
      const half = whole.samples.length / 2;
      const halves = [whole.samples.subarray(0, half), whole.samples.subarray(half)];
      const expected = await Promise.all(halves.map((part) => extractor.toneOf(part)));
      expect(await extractor.enrol([whole])).toEqual(mean(...expected));
      const length = Math.hypot(...(await extractor.enrol([whole])));
      expect(Math.abs(length - 1)).toBeGreaterThan(0.05);
    });

    test('count by their seconds', async () => {
      const [low, high] = [clip(110, 3), clip(230, 3)];
      const tones = await Promise.all([low, high].map(({ samples }) => extractor.toneOf(samples)));
      const fractions: number[] = [];
      const both = await extractor.enrol([low, high], (fraction) => fractions.push(fraction));
      expect(largestDifference(both, mean(...tones))).toBeLessThan(1e-6);
      expect(fractions.map((fraction) => Math.round(10 * fraction))).toEqual([5, 10]);
      // Too short to tell anything.
      expect(await extractor.enrol([low, clip(230, 0.3)])).toEqual(tones[0]);
      const longer = clip(230, 9);
      const tone = await extractor.toneOf(longer.samples);
      const weighed = mean(tones[0] ?? tone, tone, tone, tone);
      expect(largestDifference(await extractor.enrol([low, longer]), weighed)).toBeLessThan(1e-6);
    });

    test('may have any sample rate', async () => {
      const usual = await extractor.enrol([clip(110, 4)]);
      const other = await extractor.enrol([clip(110, 4, 16_000)]);
      expect(largestDifference(other, usual)).toBeLessThan(
        largestDifference(await extractor.enrol([clip(230, 4)]), usual)
      );
    });

    test.each([
      ['none', [], 'voice/no-samples'],
      ['too short', [clip(110, 0.3)], 'audio/too-short'],
      ['silent', [{ samples: new Float32Array(RATE_HZ), sampleRateHz: RATE_HZ }], 'speech/none-found']
    ])('that are %s are a coded error', async (_, clips, code) => {
      await expect(extractor.enrol(clips)).rejects.toMatchObject({ code });
    });
  });

  describe('behind its door', () => {
    test.each([
      [2, 22_050],
      [1.2345, 22_050],
      [2, 16_000],
      [0.01, 22_050],
      [15, 24_000]
    ])('speech of %d s at %i Hz keeps its length and rate', async (seconds, sampleRateHz) => {
      const openVoice = new OpenVoice(folder, nodeConfig());
      const tone = await openVoice.enrol([clip(230, 3)]);
      const speech = clip(110, seconds, sampleRateHz);
      const fractions: number[] = [];
      const said = await openVoice.convert(speech, speaker(tone), (fraction) => fractions.push(fraction));
      expect(said.sampleRateHz).toBe(sampleRateHz);
      expect(said.samples).toHaveLength(speech.samples.length);
      expect(said.samples.every(Number.isFinite)).toBe(true);
      expect(fractions.every((fraction, i) => fraction >= (fractions[i - 1] ?? 0))).toBe(true);
      expect(fractions.at(-1)).toBe(1);
    });

    test('without noise the same speech comes out the same; another voice speaks otherwise', async () => {
      const openVoice = new OpenVoice(folder, nodeConfig(), 0);
      const [low, high] = [await openVoice.enrol([clip(140, 3)]), await openVoice.enrol([clip(230, 3)])];
      const say = async (tone: Float32Array) =>
        (await openVoice.convert(clip(110, 1), speaker(tone))).samples;
      expect(await say(low)).toEqual(await say(low));
      expect(largestDifference(await say(low), await say(high))).toBeGreaterThan(1e-3);
    });

    test('enrolling loads the smaller part alone', async () => {
      const asked: string[] = [];
      const disk = fetchFromDisk({ fixtures: FIXTURES });
      vi.stubGlobal('fetch', (url: string) => {
        asked.push(url.slice(url.lastIndexOf('/') + 1));
        return disk(url);
      });
      await new OpenVoice(folder, nodeConfig()).enrol([clip(110, 1)]);
      expect(asked).toEqual(['tone_color_extract_model.onnx']);
      vi.stubGlobal('fetch', disk);
    });

    test.each([
      ['nothing', undefined],
      ['another engine’s', new Float32Array(192)],
      ['no numbers', new Float32Array(256).fill(NaN)],
      ['words', 'a voice']
    ])('what is no tone (%s) is a coded error', async (_, tone) => {
      const openVoice = new OpenVoice(folder, nodeConfig());
      await expect(openVoice.convert(clip(110, 1), speaker(tone))).rejects.toMatchObject({
        code: 'input/invalid'
      });
    });

    test('without its files it is a coded error, and a later call may find them', async () => {
      const openVoice = new OpenVoice(folder, nodeConfig());
      const disk = fetchFromDisk({ fixtures: FIXTURES });
      vi.stubGlobal('fetch', fetchFromDisk({}));
      await expect(openVoice.enrol([clip(110, 1)])).rejects.toMatchObject({ code: 'model/missing' });
      vi.stubGlobal('fetch', disk);
      expect(await openVoice.enrol([clip(110, 1)])).toHaveLength(TONE_SIZE);
    });
  });
});
