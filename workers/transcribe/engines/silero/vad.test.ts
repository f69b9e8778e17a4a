/** The shipped voice-activity weights, fed as they want to be. */
import { basename, dirname } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { floatData, floats, integers, loadSession } from '../../../runtime';
import {
  fetchFromDisk,
  MODEL_BASE,
  nodeConfig,
  PUBLISHED_VAD_FILE,
  VAD_FILE
} from '../../../runtime/testing';
import { SPEECH_RULES, speechStretches } from '../../speech';
import { loadVad, VAD_HOP, type SileroVad } from './vad';

const RATE = 16000;
let vad: SileroVad;

describe('voice activity', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    vi.stubGlobal('fetch', fetchFromDisk({ vad: dirname(VAD_FILE), published: dirname(PUBLISHED_VAD_FILE) }));
    vad = await loadVad(`${MODEL_BASE}vad/${basename(VAD_FILE)}`, nodeConfig());
  }, 120_000);

  async function stretches(samples: Float32Array) {
    const probabilities = await vad.probabilities(samples);
    expect(probabilities).toHaveLength(Math.ceil(samples.length / VAD_HOP));
    return speechStretches(probabilities, samples.length, {
      ...SPEECH_RULES,
      sampleRateHz: RATE,
      hop: VAD_HOP
    });
  }

  const made = (seconds: number, sample: (i: number) => number) =>
    Float32Array.from({ length: seconds * RATE }, (_, i) => sample(i));

  test.each([
    ['silence', () => 0],
    ['noise', (i: number) => 0.05 * (((i * 1103515245 + 12345) >>> 8) % 1000) * 0.001],
    ['hum', (i: number) => 0.3 * Math.sin((2 * Math.PI * 50 * i) / RATE)],
    [
      'chords',
      (i: number) =>
        [262, 330, 392].reduce((sum, hz) => sum + 0.1 * Math.sin((2 * Math.PI * hz * i) / RATE), 0)
    ]
  ])('%s has no speech', async (_, sample) => {
    expect(await stretches(made(4, sample))).toEqual([]);
  });

  test('says what the published graph says hop by hop, over the border of a run, too', async () => {
    const published = await loadSession(
      `${MODEL_BASE}published/${basename(PUBLISHED_VAD_FILE)}`,
      nodeConfig()
    );
    // Voiced pulses that come and go: the probabilities go through their whole range.
    const samples = made(9.5, (i) => {
      const t = i / RATE;
      const pulse = [1, 2, 3, 4, 5, 6].reduce((sum, k) => sum + Math.sin(2 * Math.PI * 140 * k * t) / k, 0);
      return 0.25 * pulse * Math.max(0, Math.sin(2 * Math.PI * 2.5 * t)) ** 2 * (t % 3 < 2 ? 1 : 0);
    });
    const hops = Math.ceil(samples.length / VAD_HOP);
    let state = floats(new Float32Array(256), [2, 1, 128]);
    const expected: number[] = [];
    for (let hop = 0; hop < hops; hop++) {
      const input = Float32Array.from(
        { length: 64 + VAD_HOP },
        (_, i) => samples[hop * VAD_HOP - 64 + i] ?? 0
      );
      const outputs = await published.run({
        input: floats(input, [1, input.length]),
        state,
        sr: integers([RATE], [])
      });
      if (outputs['stateN']) state = outputs['stateN'];
      expected.push(floatData(outputs['output'], 'output')[0] ?? NaN);
    }
    const said = await vad.probabilities(samples);
    expect(Math.max(...expected)).toBeGreaterThan(0.5);
    expect(said).toHaveLength(expected.length);
    expected.forEach((probability, hop) =>
      expect(Math.abs((said[hop] ?? NaN) - probability)).toBeLessThan(1e-3)
    );
  });

  test('audio shorter than a hop, and none', async () => {
    expect(await vad.probabilities(new Float32Array(10))).toHaveLength(1);
    expect(await vad.probabilities(new Float32Array())).toHaveLength(0);
  });
});
