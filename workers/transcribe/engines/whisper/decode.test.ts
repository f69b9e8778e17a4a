/** Texts that are said several tokens a run, against one run a token. */
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
import { loadConfig } from './config';
import { decode } from './decode';
import { loadModel, type DecoderStep, type WhisperModel } from './model';
import { loadTokenizer, type WhisperTokenizer } from './tokenizer';

/** With a branch for the first step, and without; the starter's of 8 bits. */
const MODELS = [
  ['fixtures', 'whisper'],
  ['fixtures', 'whisper-timestamps'],
  ['starter', 'whisper']
] as const;

describe.each(MODELS)('%s/%s', { timeout: 180_000 }, (mount, name) => {
  let model: WhisperModel;
  let tokenizer: WhisperTokenizer;

  beforeAll(async () => {
    const disk = fetchFromDisk({ fixtures: FIXTURES, starter: STARTER_MODELS });
    vi.stubGlobal('fetch', mount === 'fixtures' ? fullPrecision(disk) : disk);
    const folder = `${MODEL_BASE}${mount}/${name}/`;
    model = await loadModel(folder, await loadConfig(folder), nodeConfig());
    tokenizer = await loadTokenizer(folder);
  }, 180_000);

  /** The decoder after its prompt, having heard noise. */
  async function prompted(seed: number): Promise<DecoderStep> {
    const { config } = model;
    const { mels } = config.features;
    const frames = (await model.framesNeeded()) ?? 200;
    const random = uniform(seed);
    const data = Float32Array.from({ length: mels * frames }, () => random() * 2 - 1);
    const { startToken, transcribeToken, noTimestampsToken, languageTokens } = config;
    const prompt = [startToken, languageTokens.get('en'), transcribeToken, noTimestampsToken];
    return model.step(
      model.begin(await model.encode({ data, mels, frames })),
      prompt.filter((token) => token !== undefined),
      model.hasAttention
    );
  }

  test('are the same, with their probabilities and looks', async () => {
    expect(model.goesOn).toBe(true);
    const slow = Object.create(model, { goesOn: { value: false } }) as WhisperModel;
    const goOn = vi.spyOn(model, 'goOn');
    let tokens = 0;
    for (const seed of [1, 2, 3]) {
      const step = await prompted(seed);
      const options = {
        temperature: 0,
        random: () => 0,
        timestamps: false,
        attention: model.hasAttention,
        maxTokens: 40
      };
      const found = await decode(model, tokenizer, step, options);
      const expected = await decode(slow, tokenizer, step, options);
      expect(found.tokens).toEqual(expected.tokens);
      expect(found.looped).toBe(expected.looped);
      expected.logProbs.forEach((x, i) => expect(found.logProbs[i]).toBeCloseTo(x, 3));
      expect(found.attention.length).toBe(expected.attention.length);
      expected.attention
        .flat()
        .forEach((look, i) =>
          look.forEach((x, t) => expect(found.attention.flat()[i]?.[t]).toBeCloseTo(x, 4))
        );
      tokens += found.tokens.length;
    }
    expect(goOn.mock.calls.length).toBeLessThan(tokens);
    goOn.mockRestore();
  });

  test('a run’s state after a part of it is that after so many steps', async () => {
    const { state, logits } = await prompted(4);
    const bias = new Float32Array(logits.length);
    const how = { bias, most: 6, attention: false };
    const first = await model.goOn(state, 7, how); // finds the pace
    const run = await model.goOn(state, 7, how);
    expect([first, run].map(({ steps }) => steps[0]?.given)).toEqual([[7], [7]]);
    const part = Math.min(2, run.steps.length);
    let now = state;
    for (const { given } of run.steps.slice(0, part)) now = (await model.step(now, given, false)).state;
    expect(run.stateAfter(part).length).toBe(now.length);
    const [found, expected] = [
      await model.step(run.stateAfter(part), [9], false),
      await model.step(now, [9], false)
    ];
    expected.logits.forEach((x, i) => expect(found.logits[i]).toBeCloseTo(x, 3));
  });
});
