/** The envelope, how it is carried over, and what a stored one must be: on sounds and numbers of which everything is known. */
import { describe, expect, test } from 'vitest';
import { normal, uniform } from '../../chance';
import type { Audio } from '../../contract';
import {
  envelopeShapeBetween,
  envelopesOf,
  envelopeStatistics,
  readMatchedVoice,
  TERMS,
  type Envelopes,
  type EnvelopeShape
} from '.';
import { carried, TRIANGLE } from './carry';
import { termWeights } from './envelope';
import { FITTED } from '../worker.testing';
import { product, withEigenvalues } from './symmetric';

const RATE = 16000;
type Formant = readonly [hz: number, width: number, height: number];
const OPEN: readonly Formant[] = [
  [700, 150, 1],
  [1900, 200, 0.5],
  [3200, 300, 0.1]
];

/** Partials of a pitch under three formants: the same as the reference’s. */
function vowel(hz: number, seconds = 0.25, formants = OPEN, rate = RATE): Audio {
  const samples = new Float32Array(Math.round(seconds * rate));
  for (let k = 1; k * hz <= 7900; k++) {
    const height = formants.reduce(
      (sum, [at, width, most]) => sum + most / (1 + ((k * hz - at) / width) ** 2),
      0.005
    );
    for (let i = 0; i < samples.length; i++)
      samples[i] = (samples[i] ?? 0) + 0.05 * height * Math.cos((2 * Math.PI * k * hz * i) / rate + k * k);
  }
  return { samples, sampleRateHz: rate };
}
const steady = (hz: number, seconds = 0.25) => new Float32Array(Math.round(seconds * 100)).fill(hz);
const rms = ({ samples }: Audio) => Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
const rowOf = ({ terms }: Envelopes, t: number) => Array.from(terms.subarray(t * TERMS, (t + 1) * TERMS));

describe('the envelope', () => {
  // By CheapTrick's definition, its lifter in the cepstrum, in NumPy.
  test.each([
    [95, [13.68, -9.28, -0.98, -2.95, -3.96, -1.06, 0.94, 3.15, 1.1, -2.51, -0.3, 0.97]],
    [140, [13.71, -9.18, -1.03, -2.89, -4.04, -0.96, 0.95, 3.33, 1.11, -2.4, -0.3, 1.13]],
    [230, [14.21, -9.01, -0.86, -2.88, -3.94, -0.86, 1.28, 3.65, 1.42, -2.34, -0.14, 1.19]]
  ])('of a vowel at %i Hz is the reference’s', (hz, wanted) => {
    const audio = vowel(hz);
    const row = rowOf(envelopesOf(audio, steady(hz), rms(audio)), 16);
    for (const [k, term] of wanted.entries()) expect(Math.abs((row[k] ?? NaN) - term)).toBeLessThan(0.15);
  });

  test('is the throat’s and not the pitch’s, at any loudness and sample rate', () => {
    const middle = (audio: Audio) => {
      const found = envelopesOf(audio);
      expect(found.voiced[found.frames >> 1]).toBe(1);
      return rowOf(found, found.frames >> 1);
    };
    const first = middle(vowel(120, 0.5));
    const quiet = vowel(120, 0.5);
    for (const other of [
      vowel(180, 0.5),
      vowel(120, 0.5, OPEN, 22050),
      { ...quiet, samples: quiet.samples.map((x) => x / 50) }
    ])
      for (const [k, term] of middle(other).slice(0, 10).entries())
        expect(Math.abs(term - (first[k] ?? NaN))).toBeLessThan(0.8);
  });

  test('of silence is flat, and of nothing has no frames', () => {
    const silent = envelopesOf({ samples: new Float32Array(3000), sampleRateHz: RATE });
    expect(silent.terms.every((x) => Math.abs(x) < 1e-6)).toBe(true);
    expect(silent.voiced.some((x) => x > 0)).toBe(false);
    expect(envelopesOf({ samples: new Float32Array(0), sampleRateHz: RATE }).frames).toBe(0);
    expect(envelopeStatistics([])).toBeUndefined();
  });
});

/** Envelopes whose terms are drawn from a Gaussian; every third frame is without a voice. */
function drawn(
  seed: number,
  mixing: (i: number, j: number) => number,
  mean: (k: number) => number
): Envelopes {
  const next = normal(uniform(seed));
  const frames = 3000;
  const terms = new Float32Array(frames * TERMS);
  for (let t = 0; t < frames; t++) {
    const z = Array.from({ length: TERMS }, next);
    for (let i = 0; i < TERMS; i++)
      terms[t * TERMS + i] = mean(i) + z.reduce((sum, x, j) => sum + mixing(i, j) * x, 0);
  }
  const voiced = Uint8Array.from({ length: frames }, (_, t) => (t % 3 === 0 ? 0 : 1));
  return { terms, frames, hop: 128, loudness: new Float32Array(frames), voiced };
}
const wholeOf = (triangle: readonly number[]) => {
  const whole = new Float64Array(TERMS * TERMS);
  let at = 0;
  for (let i = 0; i < TERMS; i++)
    for (let j = i; j < TERMS; j++) whole[i * TERMS + j] = whole[j * TERMS + i] = triangle[at++] ?? NaN;
  return whole;
};

describe('what carries one voice’s envelopes over to another’s', () => {
  test('goes six tenths of the way of the map that turns one covariance into the other', () => {
    const from = envelopeStatistics([
      drawn(
        1,
        (i, j) => (i === j ? 2 : 0.1),
        (k) => k
      )
    ]);
    const to = envelopeStatistics([
      drawn(
        2,
        (i, j) => (i === j ? 1.7 + 0.3 * (i % 3) : i === j + 1 ? 0.3 : 0.1),
        (k) => -k
      )
    ]);
    if (!from || !to) throw new Error('frames enough');
    const { voiced } = envelopeShapeBetween(from, to);
    expect(voiced.turn).toHaveLength(TRIANGLE);
    const turn = wholeOf(voiced.turn).map((x, i) => (x - (i % (TERMS + 1) === 0 ? 0.4 : 0)) / 0.6);
    const arrived = product(product(turn, from.voiced.covariance, TERMS), turn, TERMS);
    for (const [i, x] of arrived.entries())
      expect(Math.abs(x - (to.voiced.covariance[i] ?? NaN))).toBeLessThan(0.1);
    for (const [k, x] of voiced.targetDb.entries()) {
      const [a, b] = [from.voiced.mean[k] ?? NaN, to.voiced.mean[k] ?? NaN];
      expect(x).toBeCloseTo(a + 0.6 * (b - a), 2);
    }
  });

  test('a kind of sounds that was hardly heard is told by all', () => {
    const all = drawn(
      3,
      (i, j) => (i === j ? 1 : 0),
      () => 5
    );
    const found = envelopeStatistics([{ ...all, voiced: new Uint8Array(all.frames).fill(1) }]);
    expect(found?.unvoiced).toEqual(found?.voiced);
  });

  test('a square root of a matrix is one', () => {
    const root = withEigenvalues(Float64Array.of(5, 4, 0, 4, 5, 0, 0, 0, 9), 3, Math.sqrt);
    for (const [i, x] of [2, 1, 0, 1, 2, 0, 0, 0, 3].entries()) expect(root[i]).toBeCloseTo(x, 9);
  });
});

const STILL: EnvelopeShape = (() => {
  const turn: number[] = [];
  for (let i = 0; i < TERMS; i++) for (let j = i; j < TERMS; j++) turn.push(i === j ? 1 : 0);
  const zeros = new Array<number>(TERMS).fill(0);
  const carrier = { pivotDb: zeros, targetDb: zeros, turn };
  return { voiced: carrier, unvoiced: carrier };
})();

describe('a sound that is carried over', () => {
  test('stays as it is where nothing is to be moved', () => {
    const audio = vowel(130, 0.6, OPEN, 22050);
    const { samples } = carried(audio, STILL);
    expect(samples).toHaveLength(audio.samples.length);
    const away = samples.map((x, i) => x - (audio.samples[i] ?? NaN));
    expect(rms({ ...audio, samples: away })).toBeLessThan(1e-3 * rms(audio));
  });

  test('keeps silence silent and each moment in its place', () => {
    const silence = new Float32Array(5000);
    const [first = 0, ...rest] = STILL.voiced.targetDb;
    const carrier = { ...STILL.voiced, targetDb: [first + 6, ...rest] };
    const shape = { voiced: carrier, unvoiced: carrier };
    expect(carried({ samples: silence, sampleRateHz: RATE }, shape).samples).toEqual(silence);
    const click = silence.slice();
    click[2500] = 0.5;
    const { samples } = carried({ samples: click, sampleRateHz: RATE }, shape);
    const peak = samples.reduce((most, x, i) => (Math.abs(x) > Math.abs(samples[most] ?? 0) ? i : most), 0);
    expect(peak).toBe(2500);
    expect(carried({ samples: new Float32Array(0), sampleRateHz: RATE }, shape).samples).toHaveLength(0);
  });

  test('has the other throat’s envelope, six tenths of the way, and its own pitch', () => {
    const closed: readonly Formant[] = [
      [450, 150, 1],
      [2300, 200, 0.3],
      [2900, 300, 0.1]
    ];
    const [own, other] = [vowel(130, 1), vowel(210, 1, closed)];
    const [from, to] = [envelopesOf(own), envelopesOf(other)];
    const [a, b] = [envelopeStatistics([from]), envelopeStatistics([to])];
    if (!a || !b) throw new Error('a vowel is heard');
    const found = envelopesOf(carried(own, envelopeShapeBetween(a, b)));
    const middle = rowOf(found, found.frames >> 1);
    const away = (wanted: (k: number) => number) =>
      Math.hypot(...middle.slice(0, 12).map((x, k) => x - wanted(k)));
    const gone = (k: number) =>
      (a.voiced.mean[k] ?? NaN) + 0.6 * ((b.voiced.mean[k] ?? NaN) - (a.voiced.mean[k] ?? NaN));
    expect(away(gone)).toBeLessThan(0.2 * away((k) => a.voiced.mean[k] ?? NaN));
  });

  test('is read at any frequency: the terms’ sum is the curve', () => {
    const [low, high] = termWeights([60, 7800]);
    expect(low?.[0]).toBeCloseTo(Math.cos(Math.PI / 128), 6);
    expect(high?.[0]).toBeCloseTo(-Math.cos(Math.PI / 128), 6);
  });
});

describe('a stored envelope', () => {
  const voice = { ...readMatchedVoice(FITTED), envelope: STILL };

  test('comes back as it was, its numbers within their bounds', () => {
    expect(readMatchedVoice(structuredClone(voice))).toEqual(voice);
    const wild = { ...STILL.voiced, turn: STILL.voiced.turn.map((x) => 50 * x) };
    const { envelope } = readMatchedVoice({ ...voice, envelope: { ...STILL, voiced: wild } });
    expect(Math.max(...(envelope?.voiced.turn ?? []))).toBe(3);
  });

  test('a voice of the first layout has none, whatever it says', () => {
    const first = readMatchedVoice({ ...FITTED, version: 1, envelope: STILL });
    expect(first).toEqual({ ...FITTED, version: 2, envelope: null });
  });

  test.each([
    ['missing', undefined],
    ['no object', 7],
    ['of other terms', { ...STILL, unvoiced: { ...STILL.unvoiced, pivotDb: [1] } }],
    ['of no numbers', { ...STILL, voiced: { ...STILL.voiced, turn: STILL.voiced.turn.map(() => NaN) } }]
  ])('that is %s is a coded error', (_, envelope) => {
    expect(() => readMatchedVoice({ ...voice, envelope })).toThrow(
      expect.objectContaining({ code: 'input/invalid' })
    );
  });
});
