import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { TimbreError, type Device, type WorkerConfig } from '../contract';
import { asTimbreError } from '../wire';
import { fetchBytes, type OnBytes } from './fetchBytes';
import { asHalf } from './float16';
import { outputsOf, propertyOf } from './onnxFile';
import { configureRuntime, ort } from './ort';

export type Feeds = Record<string, Tensor>;
export type Fetched = Record<string, Tensor>;

/**
 * Of a decoder that chooses rows itself, int64[rows]: the row of its own keys and values, and of the encoder's, that each row
 * of a run goes on from. Left out: each row has its own.
 */
export const [KEPT, HEARD] = ['timbre_steps.kept', 'timbre_steps.heard'] as const;

/** How a decoder goes on by itself. */
export interface GoOn {
  /** At most, ≥ 1; fewer where a row says the end. */
  steps: number;
  /** [vocabulary], added to the logits before the likeliest token is chosen: −∞ for what may not be said. */
  bias: Float32Array;
  end: number;
}

/** A loaded model. Its names say which of an export's variants it is. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Shape of an input as exported: a number where fixed, a name or -1 where free. Undefined if unknown. */
  inputShape(name: string): readonly (number | string)[] | undefined;
  /** What numbers an input wants, as the runtime calls them: `float32`, `int64`, `bool` … Undefined if unknown. */
  inputType?(name: string): string | undefined;
  /**
   * Numbers given as float32 are converted for inputs that want half precision. An output that stays on the device
   * (`LoadOptions.keepOnDevice`) is given to a later run as it is; its numbers can't be read. Whoever fetched it calls its
   * `dispose()` once no run needs it any more: nothing else gives its memory back before the worker ends.
   * @param fetches outputs to compute; all when left out. @throws TimbreError 'model/run-failed'.
   */
  run(feeds: Feeds, fetches?: readonly string[]): Promise<Fetched>;
  /**
   * Several steps of a decoder in one run, each given the likeliest token of the one before (`manySteps.ts`); absent in
   * other sessions. Outputs are as from `run` with a first dimension of the steps that were made, and `chosen`, int64[steps,
   * rows, 1]: what was likeliest after each; from a decoder of one row also `log_probability`, f32[steps]: ln of how likely
   * that is among what may be said. Keys and values are those after the last step.
   */
  goOn?(feeds: Feeds, fetches: readonly string[], how: GoOn): Promise<Fetched>;
  /** Whether it chooses rows of keys and values itself, as `KEPT` and `HEARD` say. */
  readonly choosesRows?: boolean;
  release(): Promise<void>;
}

export interface LoadOptions {
  onBytes?: OnBytes | undefined;
  /** Default: the first device of the plan. */
  device?: Device;
  /** e.g. 'basic' for exports that a later optimisation breaks. */
  graphOptimizationLevel?: 'disabled' | 'basic' | 'extended' | 'all';
  /**
   * Outputs that are only given back to the next run, such as a decoder's keys and values. On WebGPU they stay there,
   * which saves two copies a run; on WASM it changes nothing. The session's runs then want all of its inputs, and one
   * that fails is its last.
   */
  keepOnDevice?: ((output: string) => boolean) | undefined;
  /** Weights that lie beside the graph's file, under the names that the graph has for them. */
  externalData?: readonly { path: string; data: Uint8Array }[];
}

/**
 * Loads a model from its URL. On WebGPU, operators that it lacks run on the CPU.
 * @throws TimbreError 'model/missing', 'model/load-failed', 'network/offline'.
 */
export async function loadSession(
  url: string,
  config: WorkerConfig,
  options: LoadOptions = {}
): Promise<Session> {
  const bytes = await fetchBytes(url, options.onBytes);
  return createSession(bytes, config, { ...options, name: url });
}

/** The same from bytes. @param name for messages. */
export async function createSession(
  bytes: Uint8Array,
  config: WorkerConfig,
  options: LoadOptions & { name?: string } = {}
): Promise<Session> {
  configureRuntime(config);
  const device = options.device ?? config.plan.devices[0] ?? 'wasm';
  const name = options.name ?? 'model';
  try {
    const session = await ort.InferenceSession.create(bytes, {
      executionProviders: [device],
      graphOptimizationLevel: leftToOptimise(bytes) ?? options.graphOptimizationLevel ?? config.graphOptimizationLevel ?? 'all', // prettier-ignore
      ...(options.externalData?.length ? { externalData: options.externalData } : {}),
      ...(device === 'webgpu' ? staying(bytes, options.keepOnDevice) : {}),
      logSeverityLevel: 3 // that some small operators stay on the CPU is no news
    });
    return wrapSession(session, name);
  } catch (cause) {
    throw new TimbreError(
      'model/load-failed',
      `${name} could not be loaded on ${device}: ${asTimbreError(cause).message}`,
      { cause }
    );
  }
}

/** Our own files were optimised when they were made, which a browser takes long for (models/training/optimise.py). */
const leftToOptimise = (graph: Uint8Array) =>
  propertyOf(graph, 'timbre_graph_optimization_level') === 'disabled' ? 'disabled' : undefined;

/** The runtime wants names, and before it has read them in the graph. */
function staying(
  graph: Uint8Array,
  isKept: LoadOptions['keepOnDevice']
): Pick<InferenceSession.SessionOptions, 'preferredOutputLocation'> {
  const kept = isKept ? outputsOf(graph).filter(isKept) : [];
  if (kept.length === 0) return {};
  return { preferredOutputLocation: Object.fromEntries(kept.map((name) => [name, 'gpu-buffer' as const])) };
}

function wrapSession(session: InferenceSession, name: string): Session {
  const halves = new Set(
    session.inputMetadata.flatMap((value) => (value.isTensor && value.type === 'float16' ? [value.name] : []))
  );
  const suited = (feeds: Feeds): Feeds =>
    halves.size === 0
      ? feeds
      : Object.fromEntries(
          Object.entries(feeds).map(([input, tensor]) => [
            input,
            // One that is of half precision already may lie on the device.
            halves.has(input) && tensor.type === 'float32' ? asHalf(tensor) : tensor
          ])
        );
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    inputShape(input) {
      const metadata = session.inputMetadata.find((value) => value.name === input);
      return metadata?.isTensor ? metadata.shape : undefined;
    },
    inputType(input) {
      const metadata = session.inputMetadata.find((value) => value.name === input);
      return metadata?.isTensor ? metadata.type : undefined;
    },
    async run(feeds, fetches) {
      try {
        const given = suited(feeds);
        return fetches ? await session.run(given, fetches) : await session.run(given);
      } catch (cause) {
        throw new TimbreError('model/run-failed', `${name} failed: ${asTimbreError(cause).message}`, {
          cause
        });
      }
    },
    release: () => session.release()
  };
}
