/** The fit's parts on sounds of which everything is known, and the whole of it with eSpeak NG and the starter encoder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { resample } from '../../../../workers/decode/resample';
import { MATCHED, type Audio, type VoiceConditioning } from '../../../../workers/contract';
import { fetchFromDisk, MODEL_BASE, nodeConfig } from '../../../../workers/runtime/testing';
import { loadEspeak, type Espeak } from '../../../../workers/synthesize/engines/espeak';
import { espeakFile } from '../../../../workers/synthesize/espeak.testing';
import {
  envelopesOf,
  envelopeStatistics,
  matchedBase,
  pitchRange,
  pitchTrack,
  readMatchedVoice,
  TUNING_BOUNDS
} from '../../../../workers/synthesize/matched';
import { synthesize } from '../../../../workers/synthesize/synthesize';
import { embed } from '../../../../workers/voice/embed';
import { loadEcapa, type EcapaEncoder } from '../../../../workers/voice/engines/ecapa';
import { evolve } from './evolution';
import { measurePerson } from './person';

import { uniform } from '$workers/chance';
import { DIRECTIONS, tuningAt } from './throat';
import { createMatchedEnroller, fitMatchedVoice, type MatchedDeps } from '.';

const RATE = 16000;

/** A throat of a kind: pulses through two resonances. @param hzAt the pitch at a time in seconds; 0: a pause. */
function vowel(seconds: number, hzAt: (t: number) => number): Audio {
  const samples = new Float32Array(Math.round(seconds * RATE));
  let phase = 0;
  for (let i = 0; i < samples.length; i++) {
    const hz = hzAt(i / RATE);
    phase += hz / RATE;
    if (phase < 1) continue;
    phase -= 1;
    for (let k = 0; k < 400 && i + k < samples.length; k++) {
      const t = k / RATE;
      const ring = (formant: number, width: number) =>
        Math.exp(-Math.PI * width * t) * Math.sin(2 * Math.PI * formant * t);
      samples[i + k] = (samples[i + k] ?? 0) + 0.2 * ring(700, 80) + 0.1 * ring(1200, 100);
    }
  }
  return { samples, sampleRateHz: RATE };
}

describe('the pitch', () => {
  test.each([80, 120, 210, 330])('of a vowel at %i Hz is found, at two sample rates', (hz) => {
    const audio = vowel(1, () => hz);
    expect(pitchRange([pitchTrack(audio)]).medianHz / hz).toBeCloseTo(1, 1);
    const finer = { samples: resample(audio.samples, RATE, 22050), sampleRateHz: 22050 };
    expect(pitchRange([pitchTrack(finer)]).medianHz / hz).toBeCloseTo(1, 1);
  });

  test('that glides over an octave is followed; its range is that octave’s middle', () => {
    const track = pitchTrack(vowel(2, (t) => 110 * 2 ** (t / 2)));
    const { medianHz, rangeSemitones } = pitchRange([track]);
    expect(medianHz).toBeGreaterThan(145);
    expect(medianHz).toBeLessThan(166);
    expect(rangeSemitones).toBeGreaterThan(8.5);
    expect(rangeSemitones).toBeLessThan(11);
  });

  test('of silence and of noise is none', () => {
    expect(pitchRange([pitchTrack({ samples: new Float32Array(RATE), sampleRateHz: RATE })])).toEqual({
      medianHz: 0,
      rangeSemitones: 0
    });
    const next = uniform(3);
    const noise = Float32Array.from({ length: RATE }, () => next() - 0.5);
    const voiced = pitchTrack({ samples: noise, sampleRateHz: RATE }).filter((hz) => hz > 0).length;
    expect(voiced).toBeLessThan(15);
    expect(pitchTrack({ samples: new Float32Array(10), sampleRateHz: RATE })).toHaveLength(0);
  });
});

describe('the search', () => {
  const optimum = [1, -2, 0.5, 0, 3];
  const search = (seed: number) =>
    evolve({
      from: [0, 0, 0, 0, 0],
      step: 1,
      population: 8,
      generations: 60,
      random: uniform(seed),
      scores: (points) =>
        Promise.resolve(
          points.map((point) => -point.reduce((sum, x, i) => sum + (1 + i) * (x - (optimum[i] ?? 0)) ** 2, 0))
        )
    });

  test('comes to the top of a hill, the same way for the same seed', async () => {
    const { mean, best, bestScore } = await search(1);
    for (const [i, x] of optimum.entries()) expect(mean[i]).toBeCloseTo(x, 1);
    expect(bestScore).toBeGreaterThan(-0.01);
    expect((await search(1)).best).toEqual(best);
    expect((await search(2)).best).not.toEqual(best);
  });
});

describe('a throat', () => {
  const pitch = { medianHz: 200, rangeSemitones: 5 };

  test('at the start has the person’s pitch and a variant’s own formants', () => {
    const tuning = tuningAt([], { variant: 'f2', pitch });
    expect(tuning).toMatchObject({ variant: 'f2', rate: 1, width: 1, breath: 0, formants: [1, 1, 1, 1, 1] });
    expect(tuning.pitchHz).toBeLessThan(200);
    expect(tuning.pitchHz + tuning.pitchRangeHz).toBeGreaterThan(200);
  });

  test('stays within its bounds however far the search goes', () => {
    for (const far of [-50, 50]) {
      const tuning = tuningAt(new Array<number>(DIRECTIONS).fill(far), { variant: '', pitch });
      const voice = { version: 2, tuning, shape: null, envelope: null };
      expect(readMatchedVoice(voice)).toEqual(voice);
      expect([TUNING_BOUNDS.formant.low, TUNING_BOUNDS.formant.high]).toContain(tuning.formants[0]);
    }
    // Nothing voiced was heard.
    expect(tuningAt([], { variant: '', pitch: { medianHz: 0, rangeSemitones: 0 } }).pitchHz).toBeGreaterThan(
      90
    );
  });
});

const starter = fileURLToPath(new URL('../../../../models/starter', import.meta.url));
const present = existsSync(join(starter, 'speaker/onnx'));
if (!present) console.warn('models/starter/speaker is not here: no voice is fitted');

describe.skipIf(!present)('a fit', { timeout: 300_000 }, () => {
  let espeak: Espeak;
  let encoder: EcapaEncoder;
  let person: Audio;
  let centroid: Float32Array;
  let spoken = 0;
  let deps: MatchedDeps;

  beforeAll(async () => {
    vi.stubGlobal('fetch', fetchFromDisk({ espeak: espeakFile, starter }));
    espeak = await loadEspeak(`${MODEL_BASE}espeak/`);
    encoder = await loadEcapa(`${MODEL_BASE}starter/speaker/`, nodeConfig());
    const speak = (text: string, voice?: VoiceConditioning) => {
      spoken++;
      const fitted = voice?.engines[MATCHED];
      return synthesize(text, 'en', fitted === undefined ? espeak : matchedBase(espeak, fitted, voice?.take));
    };
    deps = {
      engines: {
        synthesize: (text, _language, voice) => speak(text, voice),
        embed: (audio) => embed(audio, encoder)
      },
      resample,
      breathe: () => Promise.resolve(),
      now: () => 0
    };
    // Somebody whom the base voice can become: a throat that the search isn't told of.
    const tuning = {
      ...tuningAt([0, 0, 0], { variant: 'f1', pitch: { medianHz: 190, rangeSemitones: 5 } }),
      voicing: 0.7
    };
    const voice = { version: 2, tuning, shape: null, envelope: null };
    const said = await synthesize(
      'The ship left the harbour at noon. Nobody had seen the storm behind the islands.',
      'en',
      matchedBase(espeak, voice)
    );
    person = { samples: resample(said.audio.samples, said.audio.sampleRateHz, RATE), sampleRateHz: RATE };
    centroid = await embed(person, encoder);
  }, 120_000);

  const input = () => ({ profileId: 'me', centroid, clips: [person], language: 'en' as const });
  const nearness = async (voice?: unknown) => {
    const conditioning =
      voice === undefined ? undefined : { profileId: 'me', centroid, engines: { [MATCHED]: voice } };
    const { audio } = await deps.engines.synthesize(
      'We are going to paint the kitchen grey.',
      'en',
      conditioning
    );
    const heard = await embed(
      { samples: resample(audio.samples, audio.sampleRateHz, RATE), sampleRateHz: RATE },
      encoder
    );
    return heard.reduce((sum, x, i) => sum + x * (centroid[i] ?? 0), 0);
  };

  test('comes much nearer than the plain voice on a sentence it never spoke, in plain values, with true fractions', async () => {
    const fractions: number[] = [];
    const enroller = createMatchedEnroller(deps);
    expect(enroller.name).toBe('matched');
    expect(await enroller.available()).toBe(true);
    const voice = await enroller.enrol(input(), {
      signal: new AbortController().signal,
      onFraction: (fraction) => fractions.push(fraction)
    });
    expect(JSON.parse(JSON.stringify(voice))).toEqual(voice);
    expect(readMatchedVoice(voice)).toEqual(voice);
    expect(await nearness(voice)).toBeGreaterThan((await nearness()) + 0.2);
    expect(fractions.every((fraction, i) => fraction >= (fractions[i - 1] ?? 0) && fraction <= 1)).toBe(true);
    expect(fractions.length).toBeGreaterThan(50);
    expect(fractions.at(-1)).toBe(1);
  });

  test('on a slow device searches less, and still is one', async () => {
    let ms = 0;
    spoken = 0;
    const slow = { ...deps, now: () => (ms += 10_000) };
    const { voice } = await fitMatchedVoice(slow, input(), { signal: new AbortController().signal });
    expect(readMatchedVoice(voice)).toEqual(voice);
    expect(spoken).toBeLessThan(60);
  });

  test('without a search is the nearest variant at the person’s pitch', async () => {
    spoken = 0;
    const { voice } = await fitMatchedVoice(deps, input(), {
      signal: new AbortController().signal,
      searchMs: 0
    });
    expect(readMatchedVoice(voice)).toEqual(voice);
    // Each variant once, the phrases that are measured and the finalists.
    expect(spoken).toBeLessThan(40);
  });

  test('that is cancelled speaks no further word', async () => {
    const controller = new AbortController();
    const fit = fitMatchedVoice(deps, input(), {
      signal: controller.signal,
      onFraction: () => controller.abort()
    });
    await expect(fit).rejects.toMatchObject({ code: 'job/cancelled' });
    const before = spoken;
    await new Promise((later) => setTimeout(later, 50));
    expect(spoken).toBe(before);
  });

  test('an engine’s error is the fit’s', async () => {
    const broken = {
      ...deps,
      engines: { ...deps.engines, embed: () => Promise.reject(new Error('no memory')) }
    };
    await expect(fitMatchedVoice(broken, input(), { signal: new AbortController().signal })).rejects.toThrow(
      'no memory'
    );
  });
});

test('a person is measured piece by piece, pauses left out, and the page has its turns', async () => {
  let turns = 0;
  const audio = vowel(5, (t) => (t > 1.99 && t < 3.9 ? 0 : 150));
  const deps = {
    resample: (samples: Float32Array) => samples,
    breathe: () => {
      turns++;
      return Promise.resolve();
    }
  };
  const { pitch, bands, envelopes } = await measurePerson([audio], deps, () => undefined);
  expect(pitch.medianHz).toBeCloseTo(150, -1);
  expect(bands?.meanDb).toHaveLength(24);
  // In pieces as in one: at their edges a voice is no hiss.
  const whole = envelopeStatistics([envelopesOf(audio)]);
  for (const k of [0, 1, 2, 3])
    expect(Math.abs((envelopes?.voiced.mean[k] ?? NaN) - (whole?.voiced.mean[k] ?? NaN))).toBeLessThan(0.5);
  // The pause's whole half seconds are left out, and the page has two turns in each other one.
  expect(turns).toBe(14);
  await expect(
    measurePerson([audio], deps, () => {
      throw new Error('enough');
    })
  ).rejects.toThrow('enough');
});
