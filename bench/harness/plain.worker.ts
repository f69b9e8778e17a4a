/**
 * The same work as most browser apps do it: transformers.js's own pipelines, one after another, in one
 * worker, on the same weights. Either as they come (the runtime binary and the number of threads that they choose
 * by themselves), or tuned: with the binary and the threads of the app's workers.
 */
import { env, pipeline } from '@huggingface/transformers';
import { expose } from 'comlink';
import type { Lang } from '../../workers/contract';

async function loadAsr(model: string) {
  return pipeline('automatic-speech-recognition', model, { device: 'wasm', dtype: 'q8' });
}
async function loadTranslator(model: string) {
  return pipeline('translation', model, { device: 'wasm', dtype: 'q8' });
}

let asr: Awaited<ReturnType<typeof loadAsr>> | undefined;
let translator: Awaited<ReturnType<typeof loadTranslator>> | undefined;

export interface PlainConfig {
  runtimeBase: string;
  modelBase: string;
  /** Undefined: as it comes. */
  threads: number | undefined;
  transcriber: string;
  translator: string;
}

const api = {
  async load({ runtimeBase, modelBase, threads, ...models }: PlainConfig): Promise<void> {
    env.allowRemoteModels = false;
    env.allowLocalModels = true;
    env.localModelPath = modelBase;
    env.useBrowserCache = false;
    env.useWasmCache = false;
    const { wasm } = env.backends.onnx;
    if (!wasm) throw new Error('transformers.js has no WASM backend');
    // Its default is the binary that can use WebGPU, from a public host; here from the app's own.
    const file = `${runtimeBase}ort-wasm-simd-threaded${threads === undefined ? '.asyncify' : ''}`;
    wasm.wasmPaths = { mjs: `${file}.mjs`, wasm: `${file}.wasm` };
    if (threads !== undefined) wasm.numThreads = threads;
    asr ??= await loadAsr(models.transcriber);
    translator ??= await loadTranslator(models.translator);
  },

  /** The language is given: the pipeline can't find it out. */
  async transcribe(samples: Float32Array, language: Lang): Promise<string> {
    if (!asr) throw new Error('not loaded');
    const output = await asr(samples, { language, task: 'transcribe' });
    return (Array.isArray(output) ? output : [output])
      .map(({ text }) => text)
      .join(' ')
      .trim();
  },

  async translate(sentences: string[], from: Lang, to: Lang[]): Promise<Partial<Record<Lang, string>>> {
    if (!translator) throw new Error('not loaded');
    const texts: Partial<Record<Lang, string>> = {};
    for (const language of to) {
      const parts: string[] = [];
      for (const sentence of sentences) {
        // The languages go to the tokenizer; the pipeline's type knows only the generator's options.
        const languages = { src_lang: from, tgt_lang: language };
        const [output] = await translator(sentence, languages as Parameters<typeof translator>[1]);
        parts.push(output?.translation_text ?? '');
      }
      texts[language] = parts.join(' ');
    }
    return texts;
  }
};

export type PlainApi = typeof api;
expose(api);
