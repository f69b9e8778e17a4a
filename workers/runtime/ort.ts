/**
 * The one place that imports onnxruntime-web. The build maps every door of it to the same file, so
 * that one .wasm is fetched, once: the plain one, or the one that also drives WebGPU. The same
 * JavaScript runs either. The second suspends and resumes inside WASM, which makes its code twice as
 * large and its first runs many times slower (docs/decisions): it is loaded only to use WebGPU.
 */
import * as ort from 'onnxruntime-web/webgpu';
import type { WorkerConfig } from '../contract';

export { ort };

let configuredFor: string | undefined;

/** Tells the runtime where its files lie and how many threads to use. The runtime reads this once, at its first session. */
export function configureRuntime({ runtimeBase, plan }: Pick<WorkerConfig, 'runtimeBase' | 'plan'>): void {
  if (configuredFor === runtimeBase) return;
  const file = `${runtimeBase}ort-wasm-simd-threaded${plan.devices.includes('webgpu') ? '.asyncify' : ''}`;
  ort.env.wasm.wasmPaths = { mjs: `${file}.mjs`, wasm: `${file}.wasm` };
  // Left at 0 the runtime takes half of the cores, which is one of two.
  ort.env.wasm.numThreads = Math.max(1, plan.threads);
  ort.env.logLevel = 'error';
  // Threads that cannot start (a host without isolation headers on its scripts) would leave the first session waiting for ever.
  ort.env.wasm.initTimeout = 120_000;
  configuredFor = runtimeBase;
}
