/** An encoder that gives each of its positions several times, as the starter's does. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { uniform } from '../../../chance';
import { floats, loadSession, type Session } from '../../../runtime';
import { FIXTURES, fetchFromDisk, MODEL_BASE, nodeConfig } from '../../../runtime/testing';
import { loadConfig, type WhisperConfig } from './config';
import { WhisperModel } from './model';

const POSITIONS = 40;

describe('positions that are repeated', { timeout: 180_000 }, () => {
  let config: WhisperConfig;
  let decoder: Session;

  beforeAll(async () => {
    vi.stubGlobal('fetch', fetchFromDisk({ fixtures: FIXTURES }));
    const folder = `${MODEL_BASE}fixtures/whisper-timestamps/`;
    config = await loadConfig(folder);
    decoder = await loadSession(`${folder}onnx/decoder_model_merged.onnx`, nodeConfig());
  }, 180_000);
  afterAll(() => decoder.release());

  /** Gives the same states for whatever it hears, each so many times. */
  function encoder(times: number): Session {
    const width = config.heads * config.headSize;
    const random = uniform(3);
    const states = Array.from({ length: POSITIONS }, () =>
      Array.from({ length: width }, () => 2 * random() - 1)
    );
    const all = states.flatMap((state) => new Array<number[]>(times).fill(state));
    const hidden = floats(Float32Array.from(all.flat()), [1, all.length, width]);
    return {
      inputNames: ['input_features'],
      outputNames: ['last_hidden_state'],
      inputShape: () => undefined,
      run: () => Promise.resolve({ last_hidden_state: hidden }),
      release: () => Promise.resolve()
    };
  }

  /** Two steps of the decoder. */
  async function heard(times: number) {
    const model = new WhisperModel(encoder(times), decoder, config);
    const { mels } = config.features;
    const encoded = await model.encode({ data: new Float32Array(2 * mels), mels, frames: 2 });
    const prompt = [config.startToken, config.languageTokens.get('fr') ?? 0, config.transcribeToken ?? 0];
    const first = await model.step(model.begin(encoded), prompt, true);
    const second = await model.step(first.state, [9], true);
    return {
      positions: encoded.positions,
      logits: [...first.logits, ...second.logits],
      look: second.attention[0]?.[0]
    };
  }

  test('are to the decoder as those that aren’t', async () => {
    const whole = await heard(2);
    const kept = await heard(1);
    expect([whole.positions, kept.positions]).toEqual([2 * POSITIONS, POSITIONS]);
    expect(whole.logits.length).toBeGreaterThan(100);
    kept.logits.forEach((x, i) => expect(x).toBeCloseTo(whole.logits[i] ?? NaN, 3));
    expect(kept.look).toHaveLength(POSITIONS);
    // Where it looks is the sum of both.
    kept.look?.forEach((x, t) =>
      expect(x).toBeCloseTo((whole.look?.[2 * t] ?? NaN) + (whole.look?.[2 * t + 1] ?? NaN), 4)
    );
  });
});
