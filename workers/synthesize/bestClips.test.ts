import { expect, test } from 'vitest';
import type { Audio } from '../contract';
import { bestClips } from './bestClips';
import { seedOf, uniform } from '../chance';
import { spokenRms } from './level';

const RATE = 16_000;

/** Syllables of a tone, over noise. */
function clip(hertz: number, seconds: number, { level = 0.3, noise = 0, sampleRateHz = RATE } = {}): Audio {
  const chance = uniform(1);
  const samples = Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, (_, i) => {
    const t = (2 * Math.PI * i) / sampleRateHz;
    const syllable = Math.max(0, Math.sin(3 * t));
    return Math.max(-1, Math.min(1, level * syllable * Math.sin(hertz * t) + noise * (2 * chance() - 1)));
  });
  return { samples, sampleRateHz };
}
/** How much of a frequency there is. */
function amount(samples: Float32Array, hertz: number): number {
  const sum = (wave: (x: number) => number) =>
    samples.reduce((total, x, i) => total + x * wave((2 * Math.PI * hertz * i) / RATE), 0);
  return Math.hypot(sum(Math.sin), sum(Math.cos)) / samples.length;
}

test('clean and long ones come first, and only so much of them', () => {
  const best = bestClips([clip(400, 2), clip(700, 3, { noise: 0.5 }), clip(1000, 3)], RATE, 4.5);
  expect(best).toHaveLength(4.5 * RATE);
  const [first, second] = [best.subarray(0, 3 * RATE), best.subarray(3.3 * RATE)];
  expect(amount(first, 1000)).toBeGreaterThan(10 * amount(first, 400));
  expect(amount(second, 400)).toBeGreaterThan(10 * amount(second, 700));
});

test('a clipped one counts less than a clean one', () => {
  const best = bestClips([clip(400, 3, { level: 4 }), clip(1000, 2)], RATE, 2);
  expect(amount(best, 1000)).toBeGreaterThan(10 * amount(best, 400));
});

test('all are equally loud, at the rate asked for', () => {
  const best = bestClips([clip(400, 1, { level: 0.02 }), clip(400, 2, { sampleRateHz: 8000 })], RATE, 10);
  expect(Math.abs(best.length - 3.15 * RATE)).toBeLessThan(20);
  const [first, second] = [best.slice(0, 1.9 * RATE), best.slice(2.2 * RATE)].map((part) =>
    spokenRms(part, RATE)
  );
  expect((first ?? 0) / (second ?? 1)).toBeCloseTo(1, 1);
});

test.each([
  ['none', [], 'voice/no-samples'],
  ['too short', [clip(400, 0.4)], 'audio/too-short'],
  ['silent', [{ samples: new Float32Array(RATE), sampleRateHz: RATE }], 'speech/none-found']
])('clips that are %s are a coded error', (_, clips, code) => {
  expect(() => bestClips(clips, RATE, 10)).toThrow(expect.objectContaining({ code }));
});

test('chance is the same for the same seed, and every part of a seed counts', () => {
  const drawn = (seed: number) => Array.from({ length: 1000 }, uniform(seed));
  expect(drawn(seedOf('a', 1))).toEqual(drawn(seedOf('a', 1)));
  const numbers = Float32Array.of(0.5, -0.5);
  const seeds = [
    seedOf('a', 1),
    seedOf('a', 2),
    seedOf('b', 1),
    seedOf('a1'),
    seedOf(numbers),
    seedOf(numbers.slice(1))
  ];
  expect(new Set(seeds).size).toBe(seeds.length);
  const mean = drawn(7).reduce((sum, x) => sum + x, 0) / 1000;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
  expect(drawn(7).every((x) => x >= 0 && x < 1)).toBe(true);
});
