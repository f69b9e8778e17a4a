/** Answers made ahead, against one step for each token. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { uniform } from '../../../chance';
import {
  FIXTURES,
  fetchFromDisk,
  fullPrecision,
  MODEL_BASE,
  nodeConfig,
  STARTER_MODELS
} from '../../../runtime/testing';
import { ahead, oneByOne, type Answer } from './answers';
import { loadConfig } from './config';
import { argMax } from './logits';
import { loadModel, type DecoderStep, type WhisperModel } from './model';
import { loadTokenizer, type WhisperTokenizer } from './tokenizer';
import { restrict } from './restrict';

const MODELS = [
  ['fixtures', 'whisper'],
  ['fixtures', 'whisper-timestamps'],
  ['starter', 'whisper']
] as const;

describe.each(MODELS)('%s/%s', { timeout: 180_000 }, (mount, name) => {
  let model: WhisperModel;
  let tokenizer: WhisperTokenizer;
  let begun: DecoderStep;

  beforeAll(async () => {
    const disk = fetchFromDisk({ fixtures: FIXTURES, starter: STARTER_MODELS });
    vi.stubGlobal('fetch', mount === 'fixtures' ? fullPrecision(disk) : disk);
    const folder = `${MODEL_BASE}${mount}/${name}/`;
    const config = await loadConfig(folder);
    tokenizer = await loadTokenizer(folder);
    model = await loadModel(folder, config, nodeConfig());
    const { mels } = config.features;
    const frames = config.variableLength ? 120 : config.windowFrames;
    const random = uniform(9);
    const encoded = await model.encode({
      data: Float32Array.from({ length: mels * frames }, () => random()),
      mels,
      frames
    });
    const prompt = [config.startToken, config.languageTokens.get('en') ?? 0, config.transcribeToken ?? 0];
    begun = await model.step(model.begin(encoded), prompt, model.hasAttention);
  }, 180_000);

  const likeliest = (logits: Float32Array) => {
    const own = logits.slice();
    restrict(own, [1], model.config, tokenizer, { timestamps: false });
    return argMax(own);
  };

  function both() {
    const options = { attention: model.hasAttention, vocabulary: begun.logits.length };
    const go = vi.spyOn(model, 'goOn');
    return {
      go,
      plain: oneByOne(model, begun.state, options),
      guessed: ahead(model, begun.state, tokenizer, options)
    };
  }

  function expectSame(found: Answer, expected: Answer) {
    expect(found.logits.length).toBe(expected.logits.length);
    const most = expected.logits.reduce(
      (max, x, i) => Math.max(max, Math.abs(x - (found.logits[i] ?? NaN))),
      0
    );
    expect(most).toBeLessThan(1e-3);
    expect(found.attention.map((heads) => heads.length)).toEqual(
      expected.attention.map((heads) => heads.length)
    );
    expected.attention.forEach((heads, place) =>
      heads.forEach((look, head) =>
        look.forEach((x, t) => expect(found.attention[place]?.[head]?.[t]).toBeCloseTo(x, 4))
      )
    );
  }

  test('the likeliest tokens are answered in few runs', async () => {
    expect(model.goesOn).toBe(true);
    const { go, plain, guessed } = both();
    let token = likeliest(begun.logits);
    for (let left = 24; left > 0; left--) {
      const expected = await plain(token, left);
      expectSame(await guessed(token, left), expected);
      token = likeliest(expected.logits);
      if (token === model.config.endToken) break;
    }
    expect(go.mock.calls.length).toBeLessThan(10);
    go.mockRestore();
  });

  test('so are others, after each of which a run begins anew', async () => {
    const { go, plain, guessed } = both();
    const random = uniform(4);
    let token = likeliest(begun.logits);
    for (let left = 20; left > 0; left--) {
      const expected = await plain(token, left);
      expectSame(await guessed(token, left), expected);
      token = left % 3 === 0 ? Math.floor(random() * tokenizer.size) : likeliest(expected.logits);
    }
    expect(go.mock.calls.length).toBeGreaterThan(5);
    go.mockRestore();
  });
});
