import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { floats, type Session } from '../runtime';
import { FIXTURES, fetchFromDisk, MODEL_BASE, nodeConfig } from '../runtime/testing';
import { embed } from './embed';
import { EcapaEncoder, loadEcapa } from './engines/ecapa';

/** A voice of a kind: a buzz of some pitch, with syllables. */
function voice(pitchHz: number, seconds: number): { samples: Float32Array; sampleRateHz: number } {
  const samples = Float32Array.from({ length: Math.round(seconds * 16000) }, (_, i) => {
    const t = i / 16000;
    let x = 0;
    for (let k = 1; k <= 12; k++) x += Math.sin(2 * Math.PI * pitchHz * k * t) / k;
    return 0.2 * x * (0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * t));
  });
  return { samples, sampleRateHz: 16000 };
}
const lengthOf = (vector: Float32Array) => Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * (b[i] ?? NaN), 0);

const present = existsSync(join(FIXTURES, 'ecapa/onnx/model.onnx'));
if (!present) console.warn('tests/fixtures/models/ecapa is not here: the speaker encoder is not run');

describe.skipIf(!present)('the speaker encoder', { timeout: 120_000 }, () => {
  let encoder: EcapaEncoder;
  beforeAll(async () => {
    vi.stubGlobal('fetch', fetchFromDisk({ fixtures: FIXTURES }));
    encoder = await loadEcapa(`${MODEL_BASE}fixtures/ecapa/`, nodeConfig());
  }, 120_000);

  test('gives 192 numbers of unit length, the same for the same sound, whatever its level', async () => {
    const audio = voice(120, 2);
    const a = await embed(audio, encoder);
    expect(a).toHaveLength(192);
    expect(lengthOf(a)).toBeCloseTo(1, 5);
    expect(await embed(audio, encoder)).toEqual(a);
    const quieter = { ...audio, samples: audio.samples.map((x) => x / 8) };
    expect(cosine(await embed(quieter, encoder), a)).toBeGreaterThan(0.999);
    expect(cosine(await embed(voice(260, 2), encoder), a)).toBeLessThan(0.9999);
  });

  test('a missing model is a coded error', async () => {
    await expect(loadEcapa(`${MODEL_BASE}fixtures/none/`, nodeConfig())).rejects.toMatchObject({
      code: 'model/missing'
    });
  });
});

describe.skipIf(!present)('behind SpeechBrain’s front end', { timeout: 120_000 }, () => {
  const folder = `${MODEL_BASE}fixtures/ecapa-speechbrain/`;
  beforeAll(() => void vi.stubGlobal('fetch', fetchFromDisk({ fixtures: FIXTURES })));

  test('an encoder that says so itself hears what one hears that is told', async () => {
    const said = await embed(voice(120, 1), await loadEcapa(folder, nodeConfig()));
    const told = await loadEcapa(folder, nodeConfig({ speakerFrontEnd: 'speechbrain' }));
    expect(await embed(voice(120, 1), told)).toEqual(said);
    expect(lengthOf(said)).toBeCloseTo(1, 5);
    const other = await loadEcapa(folder, nodeConfig({ speakerFrontEnd: 'wespeaker' }));
    expect(cosine(await embed(voice(120, 1), other), said)).toBeLessThan(0.999);
  });

  test('an encoder that wants yet another is a coded error', async () => {
    const disk = fetchFromDisk({ fixtures: FIXTURES });
    const strange: typeof fetch = async (url, init) =>
      String(url).endsWith('preprocessor_config.json')
        ? Response.json({ feature_extractor_type: 'SeamlessM4TFeatureExtractor' })
        : disk(url, init);
    vi.stubGlobal('fetch', strange);
    await expect(loadEcapa(folder, nodeConfig())).rejects.toMatchObject({ code: 'model/load-failed' });
  });
});

test('an encoder with its front end inside is given the samples, and told that they are all', async () => {
  const fed: Record<string, readonly number[]> = {};
  const session: Session = {
    inputNames: ['wav', 'lens'],
    outputNames: ['emb'],
    inputShape: (name) => (name === 'wav' ? ['B', 'N'] : ['B']),
    run: async (feeds) => {
      for (const [name, tensor] of Object.entries(feeds)) fed[name] = tensor.dims;
      return { emb: floats(new Float32Array(192).fill(1), [1, 1, 192]) };
    },
    release: async () => undefined
  };
  const never = {
    extract: () => {
      throw new Error('it has a front end of its own');
    }
  };
  expect(await new EcapaEncoder(session, never).encode(voice(120, 1).samples)).toHaveLength(192);
  expect(fed).toEqual({ wav: [1, 16000], lens: [1] });
});

describe('a recording', () => {
  const e = (i: number) => Float32Array.from({ length: 192 }, (_, k) => (k === i ? 5 : 0));

  test('that is long is encoded in equal parts and their mean taken, each counting the same', async () => {
    const lengths: number[] = [];
    const fractions: number[] = [];
    const mean = await embed(
      voice(120, 50),
      {
        encode: async (samples) => {
          lengths.push(samples.length);
          return e(lengths.length - 1);
        }
      },
      (fraction) => fractions.push(fraction)
    );
    expect(lengths).toHaveLength(3);
    expect(lengths.reduce((a, b) => a + b)).toBe(50 * 16000);
    expect(fractions.map((fraction) => Math.round(3 * fraction))).toEqual([1, 2, 3]);
    expect(lengthOf(mean)).toBeCloseTo(1, 6);
    expect(mean[0]).toBeCloseTo(mean[2] ?? NaN, 6);
  });

  const encoder = { encode: async () => e(0) };
  test.each([
    ['too short', voice(120, 0.3), 'audio/too-short'],
    ['empty', { samples: new Float32Array(0), sampleRateHz: 16000 }, 'audio/too-short'],
    ['silent', { samples: new Float32Array(32000), sampleRateHz: 16000 }, 'speech/none-found'],
    ['at another rate', { samples: voice(120, 2).samples, sampleRateHz: 44100 }, 'input/invalid']
  ])('that is %s is a coded error', async (_, audio, code) => {
    await expect(embed(audio, encoder)).rejects.toMatchObject({ code });
  });

  test('that the model makes nothing of is a coded error', async () => {
    const nothing = { encode: async () => new Float32Array(192) };
    await expect(embed(voice(120, 2), nothing)).rejects.toMatchObject({ code: 'model/run-failed' });
  });
});
