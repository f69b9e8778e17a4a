/** An encoder that gives each of its positions several times, as the starter's does. */
import { expect, test, vi } from 'vitest';
import { uniform } from '../../../chance';
import { floats, loadSession, type Session } from '../../../runtime';
import { FIXTURES, fetchFromDisk, MODEL_BASE, nodeConfig } from '../../../runtime/testing';
import { loadConfig } from './config';
import { WhisperModel } from './model';

const POSITIONS = 40;

test(
  'of positions that are repeated one is kept, and the decoder says the same',
  { timeout: 180_000 },
  async () => {
    vi.stubGlobal('fetch', fetchFromDisk({ fixtures: FIXTURES }));
    const folder = `${MODEL_BASE}fixtures/whisper-timestamps/`;
    const config = await loadConfig(folder);
    const decoder = await loadSession(`${folder}onnx/decoder_model_merged.onnx`, nodeConfig());
    const width = config.heads * config.headSize;
    const random = uniform(3);
    const states = Array.from({ length: POSITIONS }, () => Float32Array.from({ length: width }, () => 2 * random() - 1)); // prettier-ignore
    const prompt = [config.startToken, config.languageTokens.get('fr') ?? 0, config.transcribeToken ?? 0];

    /** Two steps of the decoder, after an encoder that gives each state so many times. */
    async function heard(given: number, positionRepeats: number) {
    const all = states.flatMap((state) => new Array<Float32Array>(given).fill(state));
    const hidden = floats(Float32Array.from(all.flatMap((state) => [...state])), [1, all.length, width]);
    const encoder: Session = {
      inputNames: ['input_features'],
      outputNames: ['last_hidden_state'],
      inputShape: () => undefined,
      run: () => Promise.resolve({ last_hidden_state: hidden }),
      release: () => Promise.resolve()
    };
    const model = new WhisperModel(encoder, decoder, { ...config, positionRepeats });
    const { mels } = config.features;
    const encoded = await model.encode({ data: new Float32Array(2 * mels), mels, frames: 2 });
    const first = await model.step(model.begin(encoded), prompt, true);
    const second = await model.step(first.state, [9], true);
    return { positions: encoded.positions, logits: [...first.logits, ...second.logits], look: second.attention[0]?.[0] };
  } // prettier-ignore

    const whole = await heard(2, 1);
    const kept = await heard(2, 2);
    expect([whole.positions, kept.positions]).toEqual([2 * POSITIONS, POSITIONS]);
    expect(whole.logits.length).toBeGreaterThan(100);
    kept.logits.forEach((x, i) => expect(x).toBeCloseTo(whole.logits[i] ?? NaN, 3));
    // Where it looks is the sum of both.
    kept.look?.forEach((x, t) =>
      expect(x).toBeCloseTo((whole.look?.[2 * t] ?? NaN) + (whole.look?.[2 * t + 1] ?? NaN), 4)
    );
    expect(kept.look).toHaveLength(POSITIONS);
    await decoder.release();
  }
);
