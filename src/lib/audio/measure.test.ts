import { describe, expect, it } from 'vitest';
import { measure } from './measure';

const RATE_HZ = 16_000;

/** The same pseudo-random numbers each time, −1…1 (a linear congruential generator). */
function noise(length: number, level: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return level * (state / 2_147_483_648 - 1);
  });
}

/** Syllables: a tone that swells and falls three times a second, with pauses, over noise. */
function speechLike(seconds: number, level: number, noiseLevel: number): Float32Array {
  return noise(seconds * RATE_HZ, noiseLevel).map((x, i) => {
    const t = i / RATE_HZ;
    const isPause = t % 2 > 1.4;
    const swell = isPause ? 0 : Math.sin(Math.PI * 3 * t) ** 2;
    return x + level * swell * Math.sin(2 * Math.PI * 180 * t);
  });
}

const of = (samples: Float32Array) => measure({ samples, sampleRateHz: RATE_HZ });

describe('figures', () => {
  it('levels of a full-scale sine: −3 dB mean, 0 dB peak', () => {
    const figures = of(
      Float32Array.from({ length: RATE_HZ }, (_, i) => Math.sin((2 * Math.PI * 440 * i) / RATE_HZ))
    );
    expect(figures.rmsDbfs).toBeCloseTo(-3.01, 1);
    expect(figures.peakDbfs).toBeCloseTo(0, 1);
    expect(figures.durationMs).toBe(1000);
  });

  it('noise against speech', () => {
    const figures = of(speechLike(6, 0.3, 0.003));
    // Uniform noise of amplitude a has power a²/3; the syllables' mean power above the threshold is near 0.3² / 4.
    expect(figures.noiseFloorDbfs).toBeCloseTo(20 * Math.log10(0.003 / Math.sqrt(3)), 0);
    expect(figures.snrDb).toBeGreaterThan(35);
    expect(figures.speechShare).toBeGreaterThan(0.4);
    expect(figures.speechShare).toBeLessThan(0.75);
  });

  it('finds no speech in noise, tones and silence', () => {
    for (const samples of [
      noise(3 * RATE_HZ, 0.2),
      new Float32Array(3 * RATE_HZ),
      Float32Array.from({ length: RATE_HZ }, (_, i) => 0.3 * Math.sin(i / 9))
    ])
      expect(of(samples)).toMatchObject({ speechShare: 0, snrDb: 0 });
  });
});

describe('verdict', () => {
  it.each([
    ['good', speechLike(5, 0.3, 0.002)],
    ['too-short', speechLike(5, 0.3, 0.002).subarray(0, 4000)],
    ['too-quiet', speechLike(5, 0.006, 0.0001)],
    ['too-quiet', new Float32Array(3 * RATE_HZ)],
    ['clipped', speechLike(5, 3, 0.002).map((x) => Math.max(-1, Math.min(1, x)))],
    ['noisy', speechLike(5, 0.3, 0.1)],
    ['noisy', noise(5 * RATE_HZ, 0.3)],
    ['too-short', new Float32Array(0)]
  ])('%s', (verdict, samples) => {
    expect(of(samples).verdict).toBe(verdict);
  });
});
