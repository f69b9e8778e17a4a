/** The decoding loop on tiny random models, against transformers.js on the same models. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AutoModelForSeq2SeqLM,
  AutoTokenizer,
  env,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  Tensor
} from '@huggingface/transformers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Lang } from '../../../contract';
import { createSession, type Feeds } from '../../../runtime';
import { FIXTURES, fetchFromDisk, MODEL_BASE, nodeConfig, STARTER_MODELS } from '../../../runtime/testing';
import { loadConfig, type Seq2SeqConfig } from './config';
import { decode, type DecodeOptions, type DecodeTask } from './decode';
import { endsInLoop } from '../../guards';
import { languageNamed } from './languageCodes';
import { loadModel, type Seq2SeqModel } from './model';
import { loadTokenizer, type TranslationTokenizer } from './tokenizer';

/** The merged decoder with an `If` (m2m100, nllb, marian), and without (the starter model). */
const MODELS = [
  { mount: 'fixtures', base: FIXTURES, name: 'm2m100', dtype: 'fp32', targets: ['fr', 'de', 'pt'] },
  { mount: 'fixtures', base: FIXTURES, name: 'nllb', dtype: 'fp32', targets: ['fr', 'zh'] },
  { mount: 'fixtures', base: FIXTURES, name: 'marian', dtype: 'fp32', targets: ['fr'] },
  {
    mount: 'starter',
    base: STARTER_MODELS,
    name: 'translation',
    dtype: 'q8',
    targets: ['fr', 'es', 'de', 'it', 'pt']
  }
] as const;

const SENTENCES = ['Hello, how are you today?', 'Yes.', 'I will be there at seven, please wait for me.'];
const MAX_TOKENS = 20;

/**
 * Node's own runtime adds 8-bit products in 16 bits on processors without VNNI and saturates, so that it says other words
 * there than everywhere else: transformers.js's loops run on the browser's.
 */
async function useBrowsersRuntime({ sessions }: PreTrainedModel, folder: string): Promise<void> {
  const files = { model: 'encoder_model', decoder_model_merged: 'decoder_model_merged' };
  for (const [name, file] of Object.entries(files)) {
    const own = await createSession(await readFile(join(folder, `${file}_quantized.onnx`)), nodeConfig());
    const run = async (feeds: Feeds) => {
      const given = Object.entries(await own.run(feeds));
      // It knows its own class of tensors only.
      return Object.fromEntries(
        given.map(([k, { type, data, dims }]) => [k, new Tensor(type, data, [...dims])])
      );
    };
    Object.assign(sessions[name], { run });
  }
}

describe.each(MODELS)('$name', { timeout: 180_000 }, ({ mount, base, name, dtype, targets }) => {
  const present = existsSync(join(base, name, 'config.json'));
  if (!present) console.warn(`${name} is not here: it is not compared with transformers.js`);

  describe.skipIf(!present)('decoded', () => {
    let config: Seq2SeqConfig;
    let tokenizer: TranslationTokenizer;
    let model: Seq2SeqModel;
    let theirs: PreTrainedModel;
    let theirTokenizer: PreTrainedTokenizer;
    let greedy: DecodeOptions;

    beforeAll(async () => {
      vi.stubGlobal('fetch', fetchFromDisk({ [mount]: base }));
      const folder = `${MODEL_BASE}${mount}/${name}/`;
      config = await loadConfig(folder);
      tokenizer = await loadTokenizer(folder, config);
      // Weights of one precision on both sides.
      model = await loadModel(folder, config, nodeConfig(), undefined, dtype === 'fp32' ? [''] : undefined);
      env.allowRemoteModels = false;
      env.localModelPath = `${base}/`;
      theirTokenizer = await AutoTokenizer.from_pretrained(name);
      theirs = await AutoModelForSeq2SeqLM.from_pretrained(name, { dtype, device: 'cpu' });
      if (dtype === 'q8') await useBrowsersRuntime(theirs, join(base, name, 'onnx'));
      greedy = { beams: 1, noRepeat: 0, forbidden: [...config.forbidden, ...tokenizer.controlTokens] };
    }, 180_000);

    const taskOf = (source: number, to: Lang): DecodeTask => ({
      source,
      forced: tokenizer.forcedToken(to),
      maxTokens: MAX_TOKENS,
      mayLoop: true
    });

    test('sources become the tokens that transformers.js makes of them', async () => {
      for (const sentence of SENTENCES) {
        const { input_ids } = (await theirTokenizer(sentence)) as { input_ids: Tensor };
        expect(tokenizer.encode(sentence, 'en', targets[0])).toEqual(
          Array.from(input_ids.data as BigInt64Array, Number)
        );
      }
    });

    test('greedy: each target alone is what transformers.js says', async () => {
      for (const sentence of SENTENCES) {
        const source = tokenizer.encode(sentence, 'en', targets[0]);
        const encoded = await model.encode([source]);
        for (const to of targets) {
          const [ours] = await decode(model, encoded, [taskOf(0, to)], greedy);
          expect(ours?.tokens.length).toBeGreaterThan(0);
          expect(ours?.tokens).toEqual(await generateWithTransformers(source, to));
          const text = theirTokenizer.decode(ours?.tokens ?? [], {
            skip_special_tokens: true,
            clean_up_tokenization_spaces: false
          });
          expect(tokenizer.decode(ours?.tokens ?? [])).toBe(text.trim());
        }
      }
    });

    /** Text tokens: without the start, the target's mark, and the end and what follows. */
    async function generateWithTransformers(source: readonly number[], to: Lang): Promise<number[]> {
      const forced = tokenizer.forcedToken(to);
      const row = BigInt64Array.from(source, BigInt);
      const options = {
        inputs: new Tensor('int64', row, [1, row.length]),
        attention_mask: new Tensor('int64', new BigInt64Array(row.length).fill(1n), [1, row.length]),
        max_new_tokens: MAX_TOKENS + (forced === undefined ? 0 : 1),
        min_new_tokens: forced === undefined ? 1 : 2,
        num_beams: 1,
        forced_eos_token_id: null,
        suppress_tokens: greedy.forbidden.filter((token) => token !== config.endToken && token !== forced),
        ...(forced === undefined ? {} : { forced_bos_token_id: forced })
      };
      // The library's type lacks the null that its code takes for "none".
      const parameters = options as unknown as Parameters<typeof theirs.generate>[0];
      const output = (await theirs.generate(parameters)) as Tensor;
      const said = Array.from(output.data as BigInt64Array, Number).slice(forced === undefined ? 1 : 2);
      const end = said.indexOf(config.endToken);
      return end < 0 ? said : said.slice(0, end);
    }

    test('all sentences in all languages at once say what each says alone', async ({ skip }) => {
      // 8-bit models scale by the whole batch, so their batches differ in the last digits.
      if (dtype !== 'fp32') skip();
      const sources = SENTENCES.map((sentence) => tokenizer.encode(sentence, 'en', targets[0]));
      const encoded = await model.encode(sources);
      const tasks = sources.flatMap((_, source) => targets.map((to) => taskOf(source, to)));
      const done: number[] = [];
      // Of different lengths, so that rows are dropped on the way.
      tasks.forEach((task, i) => (task.maxTokens = 4 + 3 * i));
      const together = await decode(model, encoded, tasks, { ...greedy, onDone: (task) => done.push(task) });
      expect([...done].sort((a, b) => a - b)).toEqual(tasks.map((_, i) => i));
      for (const [i, task] of tasks.entries()) {
        const alone = await model.encode([sources[task.source] ?? []]);
        expect([together[i]]).toEqual(await decode(model, alone, [{ ...task, source: 0 }], greedy));
      }
    });

    test('beam search finds a likelier translation than greedy, or the same; never a forbidden token', async () => {
      const encoded = await model.encode([tokenizer.encode(SENTENCES[0] ?? '', 'en', targets[0])]);
      const task = taskOf(0, targets[0]);
      const [narrow] = await decode(model, encoded, [task], greedy);
      const [wide] = await decode(model, encoded, [task], { ...greedy, beams: 4 });
      expect(wide?.tokens.some((token) => greedy.forbidden.includes(token))).toBe(false);
      const probability = (tokens: readonly number[]) => logProbability(tokens, task);
      expect(await probability(wide?.tokens ?? [])).toBeGreaterThanOrEqual(
        (await probability(narrow?.tokens ?? [])) - 1e-3
      );
    });

    /** Mean ln p of saying these tokens, by giving them one by one. */
    async function logProbability(tokens: readonly number[], { forced }: DecodeTask): Promise<number> {
      const encoded = await model.encode([tokenizer.encode(SENTENCES[0] ?? '', 'en', targets[0])]);
      let step = await model.step(model.begin(encoded), [config.startToken]);
      if (forced !== undefined) step = await model.step(step.state, [forced]);
      let sum = 0;
      for (const [i, token] of tokens.entries()) {
        const allowed = Array.from(step.logits, (x, id) =>
          (greedy.forbidden.includes(id) && id !== config.endToken) || (i === 0 && id === config.endToken)
            ? -Infinity
            : x
        );
        const largest = Math.max(...allowed);
        sum +=
          (allowed[token] ?? NaN) -
          largest -
          Math.log(allowed.reduce((total, x) => total + Math.exp(x - largest), 0));
        step = await model.step(step.state, [token]);
      }
      return sum / tokens.length;
    }

    test('a loop is cut, and is impossible when runs may not repeat', async () => {
      const encoded = await model.encode([tokenizer.encode(SENTENCES[2] ?? '', 'en', targets[0])]);
      const long = { ...taskOf(0, targets[0]), maxTokens: 100, mayLoop: false };
      const [cut] = await decode(model, encoded, [long], greedy);
      expect(cut?.end === 'loop').toBe(endsInLoop(cut?.tokens ?? []));
      const [varied] = await decode(model, encoded, [long], { ...greedy, noRepeat: 2 });
      const runs = (varied?.tokens ?? []).slice(1).map((token, i) => `${varied?.tokens[i]} ${token}`);
      expect(new Set(runs).size).toBe(runs.length);
      expect(varied?.end).not.toBe('loop');
    });

    if (targets.length > 1) {
      test('one pass of the encoder and of the first decoder step serves every target', async () => {
        const encoded = await model.encode([tokenizer.encode(SENTENCES[0] ?? '', 'en', targets[0])]);
        const step = vi.spyOn(model, 'step');
        await decode(
          model,
          encoded,
          targets.map((to) => ({ ...taskOf(0, to), maxTokens: 3 })),
          greedy
        );
        expect(step.mock.calls.map(([, tokens]) => tokens.length).slice(0, 2)).toEqual([1, targets.length]);
        step.mockRestore();
      });
    }
  });
});

test('names of languages', () => {
  expect(['fr', 'fra', 'fra_Latn', 'zho_Hans', 'cmn', 'jap', 'pt_BR', 'xx', ''].map(languageNamed)).toEqual([
    'fr', 'fr', 'fr', 'zh', 'zh', 'ja', 'pt', undefined, undefined
  ]); // prettier-ignore
});
