/** Beam search on tiny random models of both kinds: against the greedy loop, and against itself one text at a time. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { uniform } from '../../../chance';
import { FIXTURES, fetchFromDisk, fullPrecision, MODEL_BASE, nodeConfig } from '../../../runtime/testing';
import { beamSearch } from './beam';
import { loadConfig, type WhisperConfig } from './config';
import { decode } from './decode';
import { likeliest } from './logits';
import { loadModel, type DecoderStep, type WhisperModel } from './model';
import { loadTokenizer, type WhisperTokenizer } from './tokenizer';

test('the likeliest tokens, the first of equals first, none that is forbidden', () => {
  const logits = Float32Array.of(1, 5, -Infinity, 5, 3, 2);
  expect(likeliest(logits, 3)).toEqual([1, 3, 4]);
  expect(likeliest(logits, 9)).toEqual([1, 3, 4, 5, 0]);
  const random = uniform(7);
  for (let round = 0; round < 50; round++) {
    const values = Float32Array.from({ length: 40 }, () => Math.floor(random() * 12));
    const sorted = [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
    expect(likeliest(values, 6)).toEqual(sorted.slice(0, 6));
  }
});

/** How the compared texts ended: in a loop, at the limit, with the end. */
const ends = new Set<string>();

describe.each(['whisper', 'whisper-timestamps'])('%s', { timeout: 180_000 }, (name) => {
  let config: WhisperConfig;
  let model: WhisperModel;
  let tokenizer: WhisperTokenizer;

  beforeAll(async () => {
    vi.stubGlobal('fetch', fullPrecision(fetchFromDisk({ fixtures: FIXTURES })));
    const folder = `${MODEL_BASE}fixtures/${name}/`;
    config = await loadConfig(folder);
    tokenizer = await loadTokenizer(folder);
    model = await loadModel(folder, config, nodeConfig());
  }, 180_000);

  /** The decoder after the prompt, having heard noise. */
  async function prompted(seed: number, timestamps = false, attention = false): Promise<DecoderStep> {
    const random = uniform(seed);
    const { mels } = config.features;
    const frames = (await model.framesNeeded()) ?? 200;
    const data = Float32Array.from({ length: mels * frames }, () => random() * 2 - 1);
    const prompt = [config.startToken, config.languageTokens.get('fr'), config.transcribeToken, timestamps ? undefined : config.noTimestampsToken]; // prettier-ignore
    return model.step(
      model.begin(await model.encode({ data, mels, frames })),
      prompt.filter((token) => token !== undefined),
      attention
    );
  }

  const greedy = { temperature: 0, random: () => 0 };

  test('one beam says what the greedy loop says, to its end, its limit or its loop', async () => {
    for (const [seed, timestamps, maxTokens] of [
      [1, false, 60],
      [2, true, 60],
      [3, false, 5],
      [4, true, 30],
      [5, false, 200],
      [6, false, 200]
    ] as const) {
      const step = await prompted(seed, timestamps, true);
      const say = { timestamps, attention: true, maxTokens };
      const partial: number[] = [];
      const a = await decode(model, tokenizer, step, { ...say, ...greedy });
      const b = await beamSearch(model, tokenizer, step, { ...say, beams: 1, patience: 1, onToken: (said) => partial.push(said.length) }); // prettier-ignore
      const { logProbs, sumLogProb, meanLogProb, ...same } = a;
      expect(b).toMatchObject(same);
      // Of several steps in one run the graph has added up the probabilities, with 32 bits.
      [...b.logProbs, b.sumLogProb, b.meanLogProb].forEach((x, i) =>
        expect(x).toBeCloseTo([...logProbs, sumLogProb, meanLogProb][i] ?? NaN, 4)
      );
      expect(partial).toEqual([...partial].sort((x, y) => x - y));
      ends.add(a.looped ? 'loop' : a.tokens.length === maxTokens ? 'limit' : 'end');
    }
  });

  test('more beams never find a less probable text', async () => {
    for (let seed = 10; seed < 18; seed++) {
      const step = await prompted(seed);
      const say = { timestamps: false, attention: false, maxTokens: 7 };
      const one = await decode(model, tokenizer, step, { ...say, ...greedy });
      const five = await beamSearch(model, tokenizer, step, {
        ...say,
        beams: 5,
        patience: 1,
        lengthPenalty: 0
      });
      expect(five.sumLogProb).toBeGreaterThanOrEqual(one.sumLogProb - 1e-4);
      expect(five.looped).toBe(false);
    }
  });

  test('a beam’s probabilities and looks are those of its text said alone', async () => {
    const step = await prompted(30, false, true);
    const { tokens, logProbs, attention } = await beamSearch(model, tokenizer, step, {
      timestamps: false,
      attention: true,
      maxTokens: 6,
      beams: 4,
      patience: 2,
      lengthPenalty: 1
    });
    expect(tokens.length).toBeGreaterThan(0);
    let at = step;
    for (const [i, token] of tokens.entries()) {
      // A decoder that is forced to say this very text.
      const forced = { ...at, logits: at.logits.map((x, id) => (id === token ? x + 1e6 : x)) };
      const single = await decode(model, tokenizer, forced, { timestamps: false, attention: false, maxTokens: 1, ...greedy }); // prettier-ignore
      expect(single.tokens).toEqual([token]);
      const free = await decode(model, tokenizer, at, { timestamps: false, attention: false, maxTokens: 1, ...greedy }); // prettier-ignore
      expect(logProbs[i]).toBeLessThanOrEqual((free.logProbs[0] ?? free.sumLogProb) + 1e-4);
      at = await model.step(at.state, [token], true);
      const seen = attention[i];
      if (!seen) continue;
      expect(seen.length).toBe(at.attention[0]?.length);
      seen.forEach((head, h) =>
        head.forEach((x, t) => expect(Math.abs(x - (at.attention[0]?.[h]?.[t] ?? NaN))).toBeLessThan(1e-4))
      );
    }
    expect(attention.length > 0).toBe(model.hasAttention);
  });

  test('is cancelled between two tokens', async () => {
    const step = await prompted(40);
    const cancel = new AbortController();
    let tokens = 0;
    const onToken = () => {
      if (++tokens === 2) cancel.abort();
    };
    const say = { timestamps: false, attention: false, maxTokens: 20, onToken, signal: cancel.signal };
    await expect(beamSearch(model, tokenizer, step, { ...say, beams: 3, patience: 1 })).rejects.toMatchObject({ code: 'job/cancelled' }); // prettier-ignore
    expect(tokens).toBe(2);
    await expect(decode(model, tokenizer, step, { ...say, ...greedy })).rejects.toMatchObject({
      code: 'job/cancelled'
    });
  });
});

test('texts of more than one kind were compared', () => expect(ends.size).toBeGreaterThan(1));
