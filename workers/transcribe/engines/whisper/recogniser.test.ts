/**
 * The engine on tiny random models, against transformers.js on the same ones: the hub's usual export (a fixed
 * window, two branches, no attention) and one like the starter's (any length, one branch, attention).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  env,
  type PreTrainedModel,
  Tensor,
  WhisperFeatureExtractor,
  WhisperForConditionalGeneration
} from '@huggingface/transformers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { FIXTURES, fetchFromDisk, fullPrecision, MODEL_BASE, nodeConfig } from '../../../runtime/testing';
import { loadConfig, type WhisperConfig } from './config';
import { decode } from './decode';
import { LogMelExtractor, type LogMel } from './features';
import { probabilitiesOf } from './logits';
import { loadModel, WhisperModel } from './model';
import { promptTokens } from './prompt';
import { loadWhisper, WhisperRecogniser } from './recogniser';
import { SILENCE_SECONDS } from './textFit';
import { loadTokenizer, type WhisperTokenizer } from './tokenizer';

const fetcher = fullPrecision(fetchFromDisk({ fixtures: FIXTURES }));

/** Something with changing pitch and loudness. */
function sound(seconds: number, seed: number): Float32Array {
  return Float32Array.from({ length: seconds * 16000 }, (_, i) => {
    const t = i / 16000;
    return (
      0.3 *
      Math.sin(2 * Math.PI * (200 + 150 * Math.sin(seed + 3 * t)) * t) *
      (0.5 + 0.5 * Math.sin(seed * 5 + 7 * t))
    );
  });
}

const greedy = { temperature: 0, random: () => 0, timestamps: false, attention: false, maxTokens: 24 };

// Loading two runtimes takes its time on a busy machine.
describe.each(['whisper', 'whisper-timestamps'])('%s', { timeout: 180_000 }, (name) => {
  const folder = `${MODEL_BASE}fixtures/${name}/`;
  let config: WhisperConfig;
  let model: WhisperModel;
  let tokenizer: WhisperTokenizer;
  let extractor: LogMelExtractor;

  beforeAll(async () => {
    vi.stubGlobal('fetch', fetcher);
    config = await loadConfig(folder);
    tokenizer = await loadTokenizer(folder);
    model = await loadModel(folder, config, nodeConfig());
    extractor = new LogMelExtractor(config.features);
  }, 180_000);

  test('log-mel equals transformers.js’s', async () => {
    const file = JSON.parse(readFileSync(join(FIXTURES, name, 'preprocessor_config.json'), 'utf8')) as object;
    const theirs = new WhisperFeatureExtractor(file);
    const samples = sound(3, 1);
    const { input_features } = (await theirs._call(samples)) as { input_features: Tensor };
    const ours = extractor.extract(samples, config.windowFrames);
    expect(input_features.dims).toEqual([1, ours.mels, ours.frames]);
    const reference = input_features.data as Float32Array;
    expect(
      ours.data.reduce((most, x, i) => Math.max(most, Math.abs(x - (reference[i] ?? NaN))), 0)
    ).toBeLessThan(1e-4);
  });

  test('greedy decoding equals transformers.js’s, on windows of several lengths and in several languages', async () => {
    env.allowRemoteModels = false;
    env.localModelPath = `${FIXTURES}/`;
    const theirs = await WhisperForConditionalGeneration.from_pretrained(name, {
      dtype: 'fp32',
      device: 'cpu'
    });
    const languages = [...config.languageTokens.keys()].slice(0, 3);
    for (const [i, language] of languages.entries()) {
      const mel = extractor.extract(
        sound(2 + i, i + 2),
        i === 0 ? config.windowFrames : await model.framesNeeded()
      );
      const reference = await generateWithTransformers(theirs, mel, language);
      const prompt = promptOf(language);
      const step = await model.step(model.begin(await model.encode(mel)), prompt, false);
      const ours = await decode(model, tokenizer, step, greedy);
      expect(ours.tokens.length).toBeGreaterThan(0);
      // Our guard may cut a loop short, which a random model runs into; up to there all is equal.
      expect(ours.tokens).toEqual(reference.slice(0, ours.tokens.length));
      if (!ours.looped) expect(reference.length).toBe(ours.tokens.length);
    }
  });

  test('what was said before conditions the text as in transformers.js', async () => {
    const theirs = await WhisperForConditionalGeneration.from_pretrained(name, {
      dtype: 'fp32',
      device: 'cpu'
    });
    const told = promptTokens({ glossary: ['Zoë', 'Łódź'], previous: 'we meet the train', language: 'en' }, tokenizer, { ...config, takesPrompts: true }); // prettier-ignore
    expect(told.length).toBeGreaterThan(6);
    const mel = extractor.extract(sound(3, 8), await model.framesNeeded());
    const prompt = [...told, ...promptOf('en')];
    const reference = await generateWithTransformers(theirs, mel, 'en', prompt);
    const step = await model.step(model.begin(await model.encode(mel)), prompt, false);
    const ours = await decode(model, tokenizer, step, greedy);
    expect(ours.tokens.length).toBeGreaterThan(0);
    expect(ours.tokens).toEqual(reference.slice(0, ours.tokens.length));
  });

  /** @param prompt instead of the usual one. */
  async function generateWithTransformers(
    theirs: PreTrainedModel,
    mel: LogMel,
    language: string,
    prompt: readonly number[] = []
  ): Promise<number[]> {
    const inputs = new Tensor('float32', mel.data, [1, mel.mels, mel.frames]);
    const forbidden = [
      ...config.suppressed,
      ...tokenizer.nonTextTokens.filter((token) => token !== config.endToken)
    ];
    const options = {
      inputs,
      language,
      task: 'transcribe',
      max_new_tokens: greedy.maxTokens,
      suppress_tokens: forbidden,
      ...(prompt.length > 0 ? { decoder_input_ids: [...prompt] } : {})
    };
    // The library's type for these options lacks `language` and `task`, which it takes.
    const output = (await theirs.generate(options as Parameters<typeof theirs.generate>[0])) as Tensor;
    const ids = Array.from(output.data as BigInt64Array, Number);
    return ids.slice(prompt.length).filter((id) => tokenizer.isText(id));
  }

  function promptOf(language: string): number[] {
    return [
      config.startToken,
      config.languageTokens.get(language),
      config.transcribeToken,
      config.noTimestampsToken
    ].filter((token) => token !== undefined);
  }

  test('short windows are padded only where the encoder cannot do without', async () => {
    expect(await model.framesNeeded()).toBe(config.variableLength ? undefined : config.windowFrames);
    expect(model.hasAttention).toBe(name === 'whisper-timestamps');
  });

  test('one token at a time gives what all at once gives', async () => {
    const encoded = await model.encode(extractor.extract(sound(2, 9), await model.framesNeeded()));
    const tokens = [...promptOf('en'), 5, 6];
    const whole = await model.step(model.begin(encoded), tokens, true);
    expect(whole.attention).toHaveLength(model.hasAttention ? tokens.length : 0);
    let state = model.begin(encoded);
    let last = whole;
    const attention = [];
    for (const token of tokens) {
      last = await model.step(state, [token], true);
      state = last.state;
      attention.push(...last.attention);
    }
    expect(maxDifference(last.logits, whole.logits)).toBeLessThan(1e-3);
    expect(attention).toHaveLength(whole.attention.length);
    attention.forEach((row, place) =>
      row.forEach((head, i) => expect(maxDifference(head, whole.attention[place]?.[i])).toBeLessThan(1e-4))
    );
    for (const head of attention[0] ?? []) expect(head.reduce((a, b) => a + b)).toBeCloseTo(1, 3);
  });

  describe('a window', () => {
    let whisper: WhisperRecogniser;
    beforeAll(async () => {
      const fractions: number[] = [];
      whisper = await loadWhisper(folder, nodeConfig(), (fraction) => fractions.push(fraction));
      expect(fractions.at(-1)).toBe(1);
    }, 180_000);

    test('gives the same text whether the language was found by it or given', async () => {
      const samples = sound(3, 4);
      const heard = await whisper.hear(samples);
      const guesses = await whisper.guessLanguages(heard);
      const sum = guesses.reduce((total, guess) => total + guess.probability, 0);
      expect(sum).toBeGreaterThan(0);
      expect(sum).toBeLessThanOrEqual(1.0001);
      const language = guesses[0]?.language ?? 'en';
      const a = await whisper.recognise(heard, { language, wordTimes: true });
      const b = await whisper.recognise(await whisper.hear(samples), { language, wordTimes: true });
      expect(a.words.map((word) => word.text)).toEqual(b.words.map((word) => word.text));
      expect(a.noSpeech).toBeCloseTo(b.noSpeech);
    });

    test('says how much better than silence texts fit it: by their tokens’ probabilities, one after another', async () => {
      const samples = sound(3, 6);
      const texts = ['we meet the train', 'Łódź'];
      const meanLogProb = async (heard: Float32Array, text: string) => {
        const { encoded } = await whisper.hear(heard);
        let sum = 0;
        const tokens = tokenizer.encode(` ${text}`);
        for (const [i, token] of tokens.entries()) {
          const { logits } = await model.step(
            model.begin(encoded),
            [...promptOf('en'), ...tokens.slice(0, i)],
            false
          );
          sum += Math.log(probabilitiesOf(logits, [...logits.keys()])[token] ?? NaN);
        }
        return sum / tokens.length;
      };
      const expected: number[] = [];
      for (const text of texts) {
        const silent = await meanLogProb(new Float32Array(SILENCE_SECONDS * 16000), text);
        expected.push((await meanLogProb(samples, text)) - silent);
      }
      const heard = await whisper.hear(samples);
      for (const times of [1, 2]) {
        const found = await whisper.textFit(heard, 'en', texts);
        expect(found, `time ${times}`).toHaveLength(texts.length);
        found.forEach((fit, i) => expect(fit).toBeCloseTo(expected[i] ?? NaN, 3));
      }
    });

    test('has rising word times inside it, and confidences', async () => {
      const { words } = await whisper.recognise(await whisper.hear(sound(4, 5)), {
        language: 'en',
        wordTimes: true
      });
      let before = 0;
      for (const word of words) {
        expect(word.startMs).toBeGreaterThanOrEqual(before);
        expect(word.endMs).toBeGreaterThanOrEqual(word.startMs);
        expect(word.endMs).toBeLessThanOrEqual(4000);
        expect(word.confidence).toBeGreaterThan(0);
        expect(word.confidence).toBeLessThanOrEqual(1);
        before = word.startMs;
      }
    });

    test('is told words to expect, of which nothing comes out but their effect', async () => {
      const given = vi.spyOn(WhisperModel.prototype, 'step');
      const heard = await whisper.hear(sound(3, 11));
      await whisper.guessLanguages(heard);
      const told = { glossary: ['Zoë Łódź', 'xyzzy'], previous: 'we meet the late train' };
      given.mockClear();
      const { words, noSpeech } = await whisper.recognise(heard, {
        language: 'en',
        wordTimes: true,
        ...told
      });
      const first = given.mock.calls[0]?.[1] ?? [];
      const tokens = promptTokens({ ...told, language: 'en' }, tokenizer, config);
      expect(tokens[0]).toBe(tokenizer.previousToken);
      expect(first).toEqual([
        ...tokens,
        ...(model.hasAttention ? promptOf('en') : promptOf('en').slice(0, 3))
      ]);
      expect(noSpeech).toBeGreaterThan(0);
      expect(words.map(({ text }) => text).join('')).not.toMatch(/xyzzy|Zoë/);
      for (const [i, word] of words.entries()) {
        expect(word.startMs).toBeGreaterThanOrEqual(words[i - 1]?.startMs ?? 0);
        expect(word.endMs).toBeLessThanOrEqual(3000);
      }
      given.mockRestore();
    });

    test('is not told anything when the model knows no prompts', async () => {
      const deaf = new WhisperRecogniser(Object.assign(Object.create(model) as WhisperModel, { config: { ...config, takesPrompts: false } }), tokenizer); // prettier-ignore
      const samples = sound(2, 12);
      const say = async (told: object) =>
        (await deaf.recognise(await deaf.hear(samples), { language: 'en', wordTimes: true, ...told })).words;
      expect(await say({ glossary: ['Zoë'], previous: 'we meet' })).toEqual(await say({}));
    });

    test('gives beams’ text with rising times, and stops when it is cancelled', async () => {
      const heard = await whisper.hear(sound(3, 13));
      const { words } = await whisper.recognise(heard, { language: 'en', wordTimes: true, beams: 3 });
      for (const [i, word] of words.entries())
        expect(word.startMs).toBeGreaterThanOrEqual(words[i - 1]?.startMs ?? 0);
      const signal = AbortSignal.abort();
      await expect(
        whisper.recognise(heard, { language: 'en', wordTimes: true, signal })
      ).rejects.toMatchObject({ code: 'job/cancelled' });
    });

    test('tells its text as it is said', async () => {
      const partial: string[] = [];
      const fractions: number[] = [];
      await whisper.recognise(await whisper.hear(sound(2, 6)), {
        language: 'en',
        wordTimes: false,
        onPartial: (text) => partial.push(text),
        onFraction: (fraction) => fractions.push(fraction)
      });
      expect(partial.length).toBeGreaterThan(0);
      expect(fractions.every((fraction) => fraction > 0 && fraction < 1)).toBe(true);
    });

    test('that is too long, or in a language that the model lacks, is a coded error', async () => {
      await expect(whisper.hear(new Float32Array((whisper.windowSeconds + 1) * 16000))).rejects.toMatchObject(
        { code: 'input/invalid' }
      );
      if (!config.languageTokens.has('hu'))
        expect(() => whisper.checkLanguage('hu')).toThrow(
          expect.objectContaining({ code: 'language/unsupported' })
        );
    });
  });
});

function maxDifference(a: Float32Array, b: Float32Array | undefined): number {
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b?.[i] ?? NaN))), 0);
}
