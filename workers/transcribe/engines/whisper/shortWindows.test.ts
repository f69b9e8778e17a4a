/** The encoder of one length, tried without padding; and the same model in half precision. */
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { floatData, type GoldenStore } from '../../../runtime';
import { fetchFromDisk, FIXTURES, MODEL_BASE, nodeConfig } from '../../../runtime/testing';
import { loadConfig, type WhisperConfig } from './config';
import { LogMelExtractor, type LogMel } from './features';
import { loadModel, type WhisperModel } from './model';
import { WhisperRecogniser } from './recogniser';
import { shortWindowsOf } from './shortWindows';
import { loadTokenizer, type WhisperTokenizer } from './tokenizer';

const folder = `${MODEL_BASE}fixtures/whisper-fixed/`;
const sound = Float32Array.from(
  { length: 16000 },
  (_, i) => 0.3 * Math.sin(i * 0.05 + 3 * Math.sin(i / 4000))
);
let config: WhisperConfig;
let tokenizer: WhisperTokenizer;

beforeAll(async () => {
  vi.stubGlobal('fetch', fetchFromDisk({ fixtures: FIXTURES }));
  config = await loadConfig(folder);
  tokenizer = await loadTokenizer(folder);
});

function memoryStore(): GoldenStore {
  const kept = new Map<string, Awaited<ReturnType<GoldenStore['get']>>>();
  return {
    get: async (key) => kept.get(key),
    set: async (key, golden) => void kept.set(key, golden)
  };
}

test('the verdict is kept for a model, a device and a type of numbers', async () => {
  const store = memoryStore();
  const short = shortWindowsOf(folder, config, nodeConfig(), store);
  expect(await short.verdict()).toBeUndefined();
  await short.remember(true);
  expect(await short.verdict()).toBe(true);
  expect(
    await shortWindowsOf(folder, config, nodeConfig({ transcriberType: 'fp16' }), store).verdict()
  ).toBeUndefined();
  await short.remember(false);
  expect(await short.verdict()).toBe(false);
});

describe('a window heard both ways', () => {
  let store: GoldenStore;
  let model: WhisperModel;
  let mels: { padded: LogMel; short: LogMel };
  beforeEach(async () => {
    store = memoryStore();
    model = await loadModel(folder, config, nodeConfig(), undefined, store);
    const features = new LogMelExtractor(config.features);
    mels = { padded: features.extract(sound, config.windowFrames), short: features.extract(sound, 200) };
  });

  test.each([true, false])(
    'is the same from the changed encoder when padded, which is kept: %s',
    async (kept) => {
      expect(await model.framesNeeded()).toBe(config.windowFrames);
      expect(model.mayTryShort).toBe(true);
      const encoded = await model.tryShort(mels.padded, await model.encode(mels.padded), mels.short);
      expect(encoded?.positions).toBe(100);
      await model.settleShort(kept);
      // And so it is for the next worker.
      for (const later of [model, await loadModel(folder, config, nodeConfig(), undefined, store)]) {
        expect(later.mayTryShort).toBe(false);
        expect(await later.framesNeeded()).toBe(kept ? undefined : config.windowFrames);
        expect(later.tailFrames).toBe(kept ? 100 : 0);
        expect((await later.encode(mels.padded)).positions).toBe(200);
        if (kept) expect((await later.encode(mels.short)).positions).toBe(100);
      }
    }
  );

  test('that the changed encoder does not give the same for is padded ever after', async () => {
    const { hidden, positions } = await model.encode(mels.padded);
    floatData(hidden, 'hidden')[5] = 9;
    expect(await model.tryShort(mels.padded, { hidden, positions }, mels.short)).toBeUndefined();
    expect(await model.framesNeeded()).toBe(config.windowFrames);
    expect(model.mayTryShort).toBe(false);
  });

  test.each([true, false])('decides by its text, the same: %s', async (same) => {
    const settled: boolean[] = [];
    const heardShort: string[] = [];
    const watched = Object.assign(Object.create(model) as WhisperModel, {
      // A random model believes nothing it says: this one is sure, and says what the window's length tells it.
      step: async (...given: Parameters<WhisperModel['step']>) => {
        const step = await model.step(...given);
        const told = step.state.length - 4;
        const word = given[0].encoded.positions === 100 && !same ? 'late' : 'train';
        const token = told === 0 ? tokenizer.encode(` ${word}`)[0] : config.endToken;
        return { ...step, logits: step.logits.map((x, id) => (id === token ? x + 100 : x)) };
      },
      tryShort: async (...given: Parameters<WhisperModel['tryShort']>) => {
        heardShort.push(`${given[2].frames} frames`);
        return model.tryShort(...given);
      },
      settleShort: async (kept: boolean) => void settled.push(kept)
    });
    const whisper = new WhisperRecogniser(watched, tokenizer);
    const { words, trusted } = await whisper.recognise(await whisper.hear(sound), { language: 'en', wordTimes: false }); // prettier-ignore
    expect(words).toHaveLength(1);
    expect(trusted).toBe(true);
    expect(heardShort).toEqual(['200 frames']);
    expect(settled).toEqual([same]);
    // Nothing is decided by what is nearly as long as the window.
    const long = Float32Array.from({ length: 3 * 16000 }, (_, i) => sound[i % 16000] ?? 0);
    expect((await whisper.hear(long)).trial).toBeUndefined();
  });
});

test('in half precision the model says nearly the same', async () => {
  const half = await loadModel(folder, config, nodeConfig({ transcriberType: 'fp16' }));
  const full = await loadModel(folder, config, nodeConfig({ transcriberType: 'fp32' }));
  const mel = new LogMelExtractor(config.features).extract(sound, config.windowFrames);
  const prompt = [config.startToken, config.languageTokens.get('en') ?? 0, config.transcribeToken ?? 0];
  const said = async (model: WhisperModel) => {
    const first = await model.step(model.begin(await model.encode(mel)), prompt, true);
    return model.stepRows(model.select(first.state, [0, 0]), [5, 6], true);
  };
  // One after the other: the runtime's runs share a stack.
  const a = await said(half);
  const b = await said(full);
  expect(a.rows).toHaveLength(2);
  for (const [row, { logits }] of a.rows.entries()) {
    const other = b.rows[row]?.logits ?? new Float32Array();
    expect(logits.length).toBe(other.length);
    expect(logits.reduce((most, x, i) => Math.max(most, Math.abs(x - (other[i] ?? NaN))), 0)).toBeLessThan(
      0.1
    );
  }
});
