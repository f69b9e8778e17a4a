import start, {
  type AlignedMemory,
  type BergamotModule,
  type Owned,
  type StartOptions
} from '@browsermt/bergamot-translator/worker/bergamot-translator-worker.js';
import { TimbreError } from '../../../contract';
import { fetchBytes, type OnBytes } from '../../../runtime';
import { asTimbreError } from '../../../wire';
import type { ModelFiles } from './files';

const WASM_FILE = 'bergamot-translator-worker.wasm';

/** What Marian asks of its 8-bit kernels, and their names in the WASM: Firefox has faster ones of its own here. */
const KERNELS: Readonly<Record<string, string>> = {
  int8_prepare_a: 'int8PrepareAFallback',
  int8_prepare_b: 'int8PrepareBFallback',
  int8_prepare_b_from_transposed: 'int8PrepareBFromTransposedFallback',
  int8_prepare_b_from_quantized_transposed: 'int8PrepareBFromQuantizedTransposedFallback',
  int8_prepare_bias: 'int8PrepareBiasFallback',
  int8_multiply_and_add_bias: 'int8MultiplyAndAddBiasFallback',
  int8_select_columns_of_b: 'int8SelectColumnsOfBFallback'
};

/**
 * How Mozilla runs these models: greedy, the scales of the activations from the file (“alphas”). Longer sentences
 * than 128 tokens are cut; a translation has at most twice its source's tokens.
 */
const SETTINGS = `beam-size: 1
normalize: 1.0
word-penalty: 0
cpu-threads: 0
gemm-precision: int8shiftAlphaAll
skip-cost: true
alignment: soft
quiet: true
quiet-translation: true
max-length-break: 128
mini-batch-words: 1024
workspace: 128
max-length-factor: 2.0
`;

/** Marian's own words on why it stops. */
const REASON = /Error: (?!Aborted from)(.*)/;
/** Of the memory that Marian reads in place, in bytes. */
const ALIGNMENT = { model: 256, other: 64 };

/** Bergamot with one model in its memory, which is given back when nobody holds this any more. */
export interface BergamotProgram {
  /** One translation for each text. @throws TimbreError 'model/run-failed': it can't be used afterwards. */
  translate(texts: readonly string[]): string[];
}

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * The program (5 MB), compiled once for a worker; a failed attempt is not remembered.
 * @throws TimbreError 'model/missing', 'model/load-failed', 'network/offline'.
 */
export function compileBergamot(runtimeBase: string, onBytes?: OnBytes): Promise<WebAssembly.Module> {
  compiled ??= fetchBytes(`${runtimeBase}${WASM_FILE}`, onBytes)
    .then((bytes) => WebAssembly.compile(bytes))
    .catch((cause: unknown) => {
      compiled = undefined;
      throw cause instanceof TimbreError
        ? cause
        : new TimbreError('model/load-failed', 'Bergamot could not be compiled', { cause });
    });
  return compiled;
}

/** @param name for messages. @throws TimbreError 'model/load-failed'. */
export async function startBergamot(
  wasm: WebAssembly.Module,
  files: ModelFiles,
  name: string
): Promise<BergamotProgram> {
  let reason = '';
  const hear = (line: string) => (reason = REASON.exec(line)?.[1] ?? reason);
  const failed = (code: 'model/load-failed' | 'model/run-failed', what: string, cause: unknown) =>
    new TimbreError(code, `${name} ${what}: ${reason || asTimbreError(cause).message}`, { cause });

  try {
    const module = await instantiate(wasm, hear);
    const service = new module.BlockingService({ cacheSize: 0 });
    const model = loadModel(module, files);
    // It builds its graph with the first text: what does not fit together shows here, and not in a person's message.
    translateAll(module, service, model, ['.']);
    return {
      translate(texts) {
        try {
          return translateAll(module, service, model, texts);
        } catch (cause) {
          throw failed('model/run-failed', 'failed', cause);
        }
      }
    };
  } catch (cause) {
    throw failed('model/load-failed', 'could not be loaded', cause);
  }
}

function instantiate(wasm: WebAssembly.Module, hear: (line: string) => void): Promise<BergamotModule> {
  return new Promise((resolve, reject) => {
    const options: StartOptions = {
      print: hear,
      printErr: hear,
      instantiateWasm(imports, accept) {
        WebAssembly.instantiate(wasm, { ...imports, wasm_gemm: kernels(options) })
          .then(accept)
          .catch(reject);
        return {}; // it comes later
      },
      onRuntimeInitialized: () => resolve(options as StartOptions & BergamotModule)
    };
    start(options);
  });
}

/** The kernels are the WASM's own, which exist only when it does: each is looked up when it is called. */
function kernels(options: StartOptions): WebAssembly.ModuleImports {
  return Object.fromEntries(
    Object.entries(KERNELS).map(([asked, own]) => [
      asked,
      (...given: number[]) => options.asm?.[own]?.(...given)
    ])
  );
}

function loadModel(module: BergamotModule, { model, shortlist, vocabularies }: ModelFiles): Owned {
  const list = new module.AlignedMemoryList();
  for (const vocabulary of vocabularies) list.push_back(memoryOf(module, vocabulary, ALIGNMENT.other));
  return new module.TranslationModel(
    SETTINGS,
    memoryOf(module, model, ALIGNMENT.model),
    memoryOf(module, shortlist, ALIGNMENT.other),
    list,
    null
  );
}

function memoryOf(module: BergamotModule, bytes: Uint8Array, alignment: number): AlignedMemory {
  const memory = new module.AlignedMemory(bytes.length, alignment);
  memory.getByteArrayView().set(bytes);
  return memory;
}

function translateAll(
  module: BergamotModule,
  service: InstanceType<BergamotModule['BlockingService']>,
  model: Owned,
  texts: readonly string[]
): string[] {
  const input = new module.VectorString();
  const options = new module.VectorResponseOptions();
  for (const text of texts) {
    input.push_back(text);
    options.push_back({ html: false, alignment: false, qualityScores: false });
  }
  const responses = service.translate(model, input, options);
  const translations = texts.map((_, i) => responses.get(i).getTranslatedText());
  for (const owned of [input, options, responses]) owned.delete();
  return translations;
}
