/** What is done to the sound, on sounds of which everything is known; and the whole of it through eSpeak NG. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Audio, Speech } from '../../contract';
import { fetchFromDisk, MODEL_BASE } from '../../runtime/testing';
import { loadEspeak, type Espeak } from '../engines/espeak';
import { voiceFile } from '../engines/espeak/tuning';
import { espeakFile, PLAIN_TUNING as TUNING } from '../espeak.testing';
import { synthesize } from '../synthesize';
import {
  BANDS,
  bandLevels,
  bandStatistics,
  matchedBase,
  readMatchedVoice,
  shapeBetween,
  TUNING_BOUNDS,
  type MatchedVoice,
  type Shape
} from '.';
import { bandAt } from './bands';
import { shaped } from './shape';
import { takeOf } from './take';

const RATE = 22050;
const bands = (of: (b: number) => number) => Array.from({ length: BANDS }, (_, b) => of(b));
const FLAT: Shape = { pivotDb: bands(() => -30), targetDb: bands(() => -30), slope: bands(() => 1) };

/** A buzz of 120 Hz, 4 times a second loud and quiet. */
function buzz(seconds: number): Audio {
  const samples = Float32Array.from({ length: Math.round(seconds * RATE) }, (_, i) => {
    const t = i / RATE;
    let x = 0;
    for (let k = 1; k < 60; k++) x += Math.sin(2 * Math.PI * 120 * k * t + k * k) / k;
    return 0.1 * x * (0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * t));
  });
  return { samples, sampleRateHz: RATE };
}
const lengthMs = ({ audio }: Speech) => (1000 * audio.samples.length) / audio.sampleRateHz;
const power = (samples: Float32Array) => samples.reduce((sum, x) => sum + x * x, 0) / samples.length;

describe('the bands of a sound', () => {
  test('a sine is heard in its own band, at its own level', () => {
    for (const hz of [300, 1000, 3000]) {
      const samples = Float32Array.from(
        { length: RATE },
        (_, i) => 0.2 * Math.sin((2 * Math.PI * hz * i) / RATE)
      );
      const { levels, frames, loudness } = bandLevels({ samples, sampleRateHz: RATE });
      const middle = Array.from(levels.subarray((frames >> 1) * BANDS).subarray(0, BANDS));
      const loudest = middle.indexOf(Math.max(...middle));
      expect(Math.abs(loudest - bandAt(hz))).toBeLessThanOrEqual(0.6);
      expect(loudness[frames >> 1]).toBeCloseTo(0, 0);
    }
  });

  test('do not depend on how loud the sound or how high its sample rate is', () => {
    const { samples } = buzz(2);
    const quiet = bandStatistics([bandLevels({ samples: samples.map((x) => x / 20), sampleRateHz: RATE })]);
    const loud = bandStatistics([bandLevels({ samples, sampleRateHz: RATE })]);
    for (let b = 0; b < BANDS; b++) expect(quiet?.meanDb[b]).toBeCloseTo(loud?.meanDb[b] ?? NaN, 3);
  });

  test('nobody speaks in silence', () => {
    expect(bandStatistics([])).toBeUndefined();
    expect(
      bandStatistics([bandLevels({ samples: new Float32Array(RATE), sampleRateHz: RATE })])
    ).toBeUndefined();
  });
});

describe('a shape', () => {
  test('that changes nothing leaves the sound as it is', () => {
    const audio = buzz(1);
    const same = shaped(audio, FLAT);
    expect(same.samples).toHaveLength(audio.samples.length);
    const difference = same.samples.map((x, i) => x - (audio.samples[i] ?? 0));
    expect(power(difference)).toBeLessThan(1e-6 * power(audio.samples));
  });

  test('keeps the length, silence silent and each moment in its place', () => {
    const shape = { ...FLAT, targetDb: bands((b) => -30 + b / 3) };
    expect(shaped({ samples: new Float32Array(5000), sampleRateHz: RATE }, shape).samples).toEqual(
      new Float32Array(5000)
    );
    expect(shaped({ samples: new Float32Array(0), sampleRateHz: RATE }, shape).samples).toHaveLength(0);
    const click = new Float32Array(5001);
    click[2500] = 0.5;
    const { samples } = shaped({ samples: click, sampleRateHz: RATE }, shape);
    expect(samples).toHaveLength(5001);
    const peak = samples.reduce((most, x, i) => (Math.abs(x) > Math.abs(samples[most] ?? 0) ? i : most), 0);
    expect(peak).toBe(2500);
    expect(samples[2500 - 40]).toBeCloseTo(samples[2500 + 40] ?? NaN, 5);
    expect(samples.subarray(0, 2400).every((x) => x === 0)).toBe(true);
  });

  test('carries one sound’s bands over to another’s, and never by more than 12 dB', () => {
    const audio = buzz(2);
    const own = bandStatistics([bandLevels(audio)]);
    if (!own) throw new Error('a buzz is heard');
    const wanted = { ...own, meanDb: own.meanDb.map((level, b) => level + (b < 12 ? -4 : 4)) };
    const after = bandStatistics([bandLevels(shaped(audio, shapeBetween(own, wanted)))]);
    const moved = own.meanDb.map((level, b) => (after?.meanDb[b] ?? NaN) - level);
    // Against each other: the speech's own level changes with it.
    expect((moved[18] ?? NaN) - (moved[5] ?? NaN)).toBeCloseTo(8, 0);
    const far = { ...own, meanDb: own.meanDb.map((level) => level + 60) };
    const ratio = power(shaped(audio, shapeBetween(own, far)).samples) / power(audio.samples);
    expect(10 * Math.log10(ratio)).toBeLessThan(12.1);
  });
});

describe('eSpeak’s voice file', () => {
  test('has the shipped variant’s numbers, changed; the rest of its lines; and no echo', () => {
    const shipped =
      'language variant\nname female\npitch 142 220\nformant 1 110 80 160 20\nvoicing 50\necho 140 10\nstressAdd 0 5\n';
    const heights = [0.5, 1, 1, 1, 1];
    const formants = [0.9, 1, 1, 1, 1.1];
    const lines = voiceFile({ ...TUNING, heights, formants, voicing: 1.2, breath: 2.4 }, shipped).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'pitch 180 240',
        'formant 0 90 50 100',
        'formant 1 99 40 160 20',
        'formant 2 100 100 100',
        'formant 8 110 100 100',
        'voicing 60',
        'stressAdd 0 5',
        'breath 0 2 2 2 2 2 2 2',
        'echo 0 0'
      ])
    );
    expect(lines.filter((line) => line.startsWith('echo'))).toHaveLength(1);
  });
});

describe('a conditioning', () => {
  const voice: MatchedVoice = { version: 2, tuning: TUNING, shape: FLAT, envelope: null };

  test('comes back as it was stored, its numbers within their bounds', () => {
    expect(readMatchedVoice(structuredClone(voice))).toEqual(voice);
    const wild = { ...voice, tuning: { ...TUNING, rate: 9, formants: [0.1, 1, 1, 1, 7] } };
    const { rate, formants } = readMatchedVoice(wild).tuning;
    expect(rate).toBe(TUNING_BOUNDS.rate.high);
    expect(formants).toEqual([0.8, 1, 1, 1, 1.25]);
  });

  test.each([
    ['nothing', undefined],
    ['another layout', { ...voice, version: 3 }],
    ['no numbers', { ...voice, tuning: { ...TUNING, width: NaN } }],
    ['too few numbers', { ...voice, tuning: { ...TUNING, formants: [1] } }],
    ['a shape of other bands', { ...voice, shape: { ...FLAT, slope: [1] } }]
  ])('that is %s is a coded error', (_, value) => {
    expect(() => readMatchedVoice(value)).toThrow(expect.objectContaining({ code: 'input/invalid' }));
  });

  test('another take is another, near the first, and the same each time', () => {
    expect(takeOf(voice, 0)).toBe(voice);
    const takes = [1, 2, 3, 4].map((take) => takeOf(voice, take));
    expect(new Set(takes.map((take) => JSON.stringify(take))).size).toBe(4);
    for (const [i, { tuning, shape }] of takes.entries()) {
      expect(takeOf(voice, i + 1).tuning).toEqual(tuning);
      expect(shape).toBe(FLAT);
      expect(Math.abs(tuning.pitchHz / TUNING.pitchHz - 1)).toBeLessThanOrEqual(0.04);
      expect(Math.abs(tuning.rate - 1)).toBeLessThanOrEqual(0.04);
    }
  });
});

describe('eSpeak NG, matched', { timeout: 120_000 }, () => {
  let espeak: Espeak;
  beforeAll(async () => {
    vi.stubGlobal('fetch', fetchFromDisk({ espeak: espeakFile }));
    espeak = await loadEspeak(`${MODEL_BASE}espeak/`);
  }, 120_000);

  test('speaks in every language with the one throat, says so, and the plain voice is as before', async () => {
    const before = await synthesize('Hello my friend', 'en', espeak);
    const voice = { version: 1, tuning: { ...TUNING, variant: 'f2', rate: 0.9 }, shape: FLAT };
    for (const language of ['en', 'fr', 'de'] as const) {
      const speech = await synthesize('Hello my friend', language, matchedBase(espeak, voice));
      expect(speech.fidelity).toBe('matched');
      expect(speech.model).toMatch(/^espeak-ng\/[a-z-]+ \+ matched$/);
      expect(speech.words.map((word) => word.text)).toEqual(['Hello', 'my', 'friend']);
      expect(speech.words.at(-1)?.endMs).toBeLessThanOrEqual(lengthMs(speech));
      expect(speech.audio.samples.every((x) => Math.abs(x) < 0.9)).toBe(true);
    }
    const after = await synthesize('Hello my friend', 'en', espeak);
    expect(after.fidelity).toBe('stock');
    expect(Math.abs(lengthMs(after) - lengthMs(before))).toBeLessThan(4);
  });

  // eSpeak trembles on from one speech to the next, so no two are the same sample by sample.
  test('another take is spoken at another pace, the same pace when asked for again', async () => {
    const voice = { version: 1, tuning: TUNING, shape: null };
    const say = (take: number) => synthesize('Hello my friend', 'en', matchedBase(espeak, voice, take));
    const [first, second, again] = [await say(0), await say(1), await say(1)];
    expect(Math.abs(lengthMs(second) - lengthMs(first))).toBeGreaterThan(8);
    expect(Math.abs(lengthMs(again) - lengthMs(second))).toBeLessThan(4);
  });

  test('a variant that is not there is a coded error', async () => {
    for (const variant of ['nobody', '../lang/roa/fr']) {
      const voice = { version: 1, tuning: { ...TUNING, variant }, shape: null };
      await expect(synthesize('Hello', 'en', matchedBase(espeak, voice))).rejects.toMatchObject({
        code: 'input/invalid'
      });
    }
  });
});
