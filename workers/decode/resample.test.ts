import { describe, expect, it } from 'vitest';
import { Resampler, resample } from './resample';

const tone = (hz: number, rateHz: number, seconds = 0.5) =>
  Float32Array.from({ length: Math.round(rateHz * seconds) }, (_, i) =>
    Math.sin((2 * Math.PI * hz * i) / rateHz)
  );

/** Level of the middle of a signal against a full-scale sine, in dB. */
function levelDb(samples: Float32Array): number {
  const middle = samples.subarray(Math.floor(samples.length / 4), Math.floor((samples.length * 3) / 4));
  const power = middle.reduce((sum, x) => sum + x * x, 0) / middle.length;
  return 10 * Math.log10(2 * power + 1e-20);
}

describe('frequency response', () => {
  const rates = [8000, 11_025, 22_050, 24_000, 32_000, 44_056, 44_100, 48_000, 96_000, 192_000];

  it.each(rates)('passes speech unchanged from %i Hz', (rateHz) => {
    const top = 0.88 * Math.min(8000, rateHz / 2);
    for (const hz of [100, 440, 1000, 0.5 * top, top])
      expect(Math.abs(levelDb(resample(tone(hz, rateHz), rateHz, 16_000)))).toBeLessThan(0.02);
  });

  it.each(rates.filter((rateHz) => rateHz > 16_000))('lets nothing fold back from %i Hz', (rateHz) => {
    for (const hz of [8000, 8200, 9000, 10_500].filter((hz) => hz < rateHz / 2))
      expect(levelDb(resample(tone(hz, rateHz), rateHz, 16_000))).toBeLessThan(-85);
  });

  it('makes no images when the rate rises', () => {
    const up = resample(tone(1000, 8000), 8000, 16_000);
    const expected = tone(1000, 16_000);
    const error = up.map((x, i) => x - (expected[i] ?? 0));
    expect(levelDb(error)).toBeLessThan(-85);
  });
});

it('keeps the time: an impulse stays where it was', () => {
  for (const rateHz of [8000, 44_100, 48_000]) {
    const impulse = new Float32Array(rateHz);
    impulse[rateHz / 2] = 1;
    const output = resample(impulse, rateHz, 16_000);
    const top = output.indexOf(Math.max(...output));
    expect(Math.abs(top - 8000)).toBeLessThanOrEqual(1);
  }
});

it('gives the right number of samples and keeps a constant constant', () => {
  for (const [rateHz, length] of [
    [44_100, 44_100],
    [48_000, 1001],
    [8000, 3],
    [44_056, 50_000]
  ] as const) {
    const output = resample(new Float32Array(length).fill(0.5), rateHz, 16_000);
    expect(Math.abs(output.length - (length * 16_000) / rateHz)).toBeLessThanOrEqual(1.5);
    if (length > 40_000) for (const x of output.subarray(2000, 10_000)) expect(x).toBeCloseTo(0.5, 4);
  }
});

it('a stream in odd blocks is the same as the whole', () => {
  const input = tone(300, 44_100);
  const whole = resample(input, 44_100, 16_000);
  const resampler = new Resampler(44_100, 16_000);
  const parts: number[] = [];
  for (let at = 0, size = 1; at < input.length; at += size, size = (size * 7) % 1500)
    parts.push(...resampler.push(input.subarray(at, at + size)));
  parts.push(...resampler.flush());
  expect(parts).toEqual([...whole]);
});

it('takes nothing at all, and refuses rates that are none', () => {
  expect(resample(new Float32Array(0), 48_000, 16_000).length).toBe(0);
  expect(() => new Resampler(0, 16_000)).toThrow(RangeError);
});
