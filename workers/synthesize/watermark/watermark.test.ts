/** The mark and what finds it, on the fixture's graphs, which work together; and the worker that marks what it says. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { WATERMARK_MESSAGE as MESSAGE, type Audio } from '../../contract';
import { FIXTURES, fetchFromDisk, MODEL_BASE, nodeConfig } from '../../runtime/testing';
import type { Report, WorkerReport } from '../../wire';
import { espeakFile } from '../espeak.testing';
import { Generator } from './generator';
import { bitsOf, messageOf } from './message';
import { HOP, piecesOf } from './pieces';
import { Watermark } from './watermark';

const present = existsSync(join(FIXTURES, 'audioseal/onnx/audioseal_generator_16bits.onnx'));
if (!present) console.warn('tests/fixtures/models/audioseal is not here: nothing is marked');
const folder = `${MODEL_BASE}fixtures/audioseal/`;

/** Of every file asked for. */
let asked: string[];
beforeEach(() => {
  asked = [];
  const disk = fetchFromDisk({ fixtures: FIXTURES, 'espeak-ng': espeakFile });
  vi.stubGlobal('self', { addEventListener: () => undefined });
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url.slice(url.lastIndexOf('/') + 1));
    return disk(url);
  });
  return () => vi.unstubAllGlobals();
});

/** A buzz with syllables and pauses. */
function speech(seconds: number, sampleRateHz: number, peak = 0.6): Audio {
  const samples = Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, (_, i) => {
    const t = i / sampleRateHz;
    let x = 0;
    for (let k = 1; k <= 12; k++) x += Math.sin(2 * Math.PI * 120 * k * t) / k;
    return t % 2 > 1.6 ? 0 : x * (0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * t));
  });
  const most = samples.reduce((high, x) => Math.max(high, Math.abs(x)), 0);
  return { samples: samples.map((x) => (x * peak) / most), sampleRateHz };
}
const energy = (samples: Float32Array) => samples.reduce((sum, x) => sum + x * x, 0);
const difference = (a: Float32Array, b: Float32Array) => a.map((x, i) => x - (b[i] ?? NaN));
const largest = (samples: Float32Array) => samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

test('the message is the same number there and back', () => {
  expect(bitsOf(MESSAGE)).toHaveLength(16);
  expect(messageOf(bitsOf(MESSAGE).map(Boolean))).toBe(MESSAGE);
  expect(String.fromCharCode(MESSAGE >> 8, MESSAGE & 255)).toBe('Ti');
});

test('pieces follow one another, and none is longer than a run may be', () => {
  for (const frames of [1, 300, 301, 999, 30_000]) {
    const pieces = piecesOf(frames, 300);
    expect(pieces.at(-1)?.to).toBe(frames);
    pieces.forEach(({ from, to, heard }, i) => {
      expect(from).toBe(i === 0 ? 0 : pieces[i - 1]?.to);
      expect(heard.to - heard.from).toBeLessThanOrEqual(300);
      expect(heard.from).toBeLessThanOrEqual(from);
      expect(heard.to).toBeGreaterThanOrEqual(to);
    });
  }
});

describe.skipIf(!present)('marked sound', { timeout: 120_000 }, () => {
  test.each([
    [3, 16_000],
    [3.0123, 22_050],
    [2.5, 24_000],
    [2.5, 48_000]
  ])('of %d s at %i Hz is found, with its message, and hardly differs', async (seconds, sampleRateHz) => {
    const watermark = new Watermark(folder, nodeConfig());
    const plain = speech(seconds, sampleRateHz);
    const before = plain.samples.slice();
    const marked = await watermark.mark(plain);
    expect(plain.samples).toEqual(before);
    expect(marked.sampleRateHz).toBe(sampleRateHz);
    expect(marked.samples).toHaveLength(before.length);
    const snr = 10 * Math.log10(energy(before) / energy(difference(marked.samples, before)));
    expect(snr).toBeGreaterThan(20);
    expect(snr).toBeLessThan(30);
    const found = await watermark.detect(marked);
    expect(found.probability).toBeGreaterThan(0.9);
    expect(found.message).toBe(MESSAGE);
    const nothing = await watermark.detect(plain);
    expect(nothing.probability).toBeLessThan(0.1);
    expect(nothing.message).toBeNull();
  });

  test('keeps what lies above the mark’s own rate', async () => {
    const high = Float32Array.from(
      { length: 48_000 },
      (_, i) => 0.3 * Math.sin((2 * Math.PI * 12_000 * i) / 48_000)
    );
    const base = speech(1, 48_000, 0.4).samples;
    const watermark = new Watermark(folder, nodeConfig());
    const marked = await watermark.mark({
      samples: base.map((x, i) => x + (high[i] ?? 0)),
      sampleRateHz: 48_000
    });
    const kept = marked.samples.reduce((sum, x, i) => sum + x * (high[i] ?? 0), 0) / energy(high);
    expect(kept).toBeCloseTo(1, 2);
  });

  test('in pieces is what it is whole, and has no seam', async () => {
    const plain = speech(9.3, 16_000);
    const fractions: number[] = [];
    const whole = await new Watermark(folder, nodeConfig()).mark(plain);
    const pieces = await new Watermark(folder, nodeConfig(), 200).mark(plain, (fraction) =>
      fractions.push(fraction)
    );
    expect(largest(difference(pieces.samples, whole.samples))).toBeLessThan(1e-6);
    expect(fractions.every((fraction, i) => fraction >= (fractions[i - 1] ?? 0))).toBe(true);
    expect(fractions.at(-1)).toBe(1);
    const found = await new Watermark(folder, nodeConfig(), 200).detect(pieces);
    expect(found.probability).toBeGreaterThan(0.9);
    expect(found.message).toBe(MESSAGE);
  });

  test('of ten minutes is made in runs of ten seconds', async () => {
    const tenMinutes: Audio = { samples: new Float32Array(600 * 16_000), sampleRateHz: 16_000 };
    const { samples } = speech(10, 16_000);
    for (let at = 0; at < tenMinutes.samples.length; at += samples.length)
      tenMinutes.samples.set(samples, at);
    const watermark = new Watermark(folder, nodeConfig());
    const marked = await watermark.mark(tenMinutes);
    expect(marked.samples).toHaveLength(tenMinutes.samples.length);
    const end = { samples: marked.samples.slice(-5 * 16_000), sampleRateHz: 16_000 };
    expect((await watermark.detect(end)).message).toBe(MESSAGE);
  });

  test('never clips', async () => {
    const loud = await new Watermark(folder, nodeConfig()).mark(speech(2, 22_050, 1));
    expect(largest(loud.samples)).toBeLessThanOrEqual(10 ** (-1 / 20) + 1e-6);
  });

  test('of a moment is marked, too; silence stays silent and holds no mark', async () => {
    const watermark = new Watermark(folder, nodeConfig());
    const moment = await watermark.mark(speech(0.01, 22_050));
    expect(moment.samples).toHaveLength(221);
    const silence: Audio = { samples: new Float32Array(22_050), sampleRateHz: 22_050 };
    expect((await watermark.mark(silence)).samples.every((x) => x === 0)).toBe(true);
    expect(await watermark.detect(silence)).toEqual({ probability: 0, message: null });
    // Pauses don't speak against a mark.
    const { samples } = await watermark.mark(speech(1.5, 16_000));
    const long = new Float32Array(10 * samples.length);
    long.set(samples, samples.length);
    expect((await watermark.detect({ samples: long, sampleRateHz: 16_000 })).message).toBe(MESSAGE);
  });

  test('asks for the generator alone, and runs on WASM whatever the plan', async () => {
    const plan = { devices: ['webgpu', 'wasm'] as const, threads: 1 };
    const config = nodeConfig({ plan: { ...plan, devices: [...plan.devices] } });
    await new Watermark(folder, config).mark(speech(0.5, 16_000));
    expect(asked).toEqual(['audioseal_generator_16bits.onnx']);
  });

  test('a model that is not here is a coded error with its folder', async () => {
    const watermark = new Watermark(`${MODEL_BASE}fixtures/none/`, nodeConfig());
    for (const call of [watermark.mark(speech(0.1, 16_000)), watermark.detect(speech(0.1, 16_000))])
      await expect(call).rejects.toMatchObject({
        code: 'model/missing',
        message: expect.stringContaining('fixtures/none/')
      });
  });
});

describe('what a generator gives', () => {
  const giving = (data: (audio: Float32Array) => Float32Array) =>
    new Generator(
      {
        inputNames: ['audio', 'message'],
        outputNames: ['watermark'],
        inputShape: () => undefined,
        run: async ({ audio }) => ({
          watermark: { data: data(audio?.data as Float32Array) } as unknown as NonNullable<typeof audio>
        }),
        release: async () => undefined
      },
      'hub/some/model/'
    );

  test.each([
    ['the marked sound and no mark', (audio: Float32Array) => audio.slice()],
    ['too little', (audio: Float32Array) => audio.subarray(HOP)],
    ['no numbers', (audio: Float32Array) => audio.map(() => NaN)]
  ])('%s is a coded error that names the model', async (_, data) => {
    await expect(giving(data).markFor(speech(1, 16_000).samples)).rejects.toMatchObject({
      code: 'model/run-failed',
      message: expect.stringContaining('hub/some/model/')
    });
  });
});

describe.skipIf(!present)('the worker', { timeout: 120_000 }, () => {
  async function say(models: { watermark?: string }) {
    const { entry } = await import('../worker');
    const methods = await entry.start(nodeConfig({ models }));
    const fractions: number[] = [];
    const report = ((told: WorkerReport) => {
      if ('progress' in told) fractions.push(told.progress.fraction);
    }) as Report;
    const text = 'The train is late, we meet in an hour at the station.';
    return { said: await methods.synthesize(text, 'en', undefined, report), fractions };
  }

  test('marks what it says where it has the model, and says so', async () => {
    const { said, fractions } = await say({ watermark: 'fixtures/audioseal' });
    expect(said.watermark).toBe(true);
    expect(fractions.every((fraction, i) => fraction >= (fractions[i - 1] ?? 0) && fraction <= 1)).toBe(true);
    const plain = (await say({})).said;
    expect(plain).not.toHaveProperty('watermark');
    expect(said.words).toEqual(plain.words);
    const watermark = new Watermark(folder, nodeConfig());
    expect((await watermark.detect(said.audio)).message).toBe(MESSAGE);
    expect((await watermark.detect(plain.audio)).message).toBeNull();
  });

  test('a model that fails is an error that names its folder, upon which the page sets it aside', async () => {
    await expect(say({ watermark: 'fixtures/none' })).rejects.toMatchObject({
      code: 'model/missing',
      message: expect.stringContaining('fixtures/none/')
    });
  });
});
