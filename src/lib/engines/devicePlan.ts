import type { Timer } from '../../../workers/clock';
import type { DevicePlan } from '../../../workers/contract';

/**
 * 'auto': WebGPU for models that gain by it, where there is a hardware adapter and it agrees with WASM.
 * 'never': WASM only.
 * 'force': also on a software adapter and for the starter models; for tests.
 */
export type WebGpuUse = 'auto' | 'never' | 'force';

/** What the plan depends on, injected. */
export interface PlanEnvironment {
  webgpu: WebGpuUse;
  crossOriginIsolated: boolean;
  cores: number;
  /** `navigator.gpu.requestAdapter`, or absent. */
  requestAdapter?: (() => Promise<GpuAdapterLike | null>) | undefined;
  /** It failed its self-test in this version of the browser: it is not tested again by itself. */
  distrusted?: boolean | undefined;
  /** Runs the same small graph on WebGPU and on WASM, in a worker. Aborting ends it. */
  selfTest: (signal: AbortSignal) => Promise<{ agrees: boolean }>;
  /** A self-test that takes longer than this counts as failed: such a device would only slow the work. */
  selfTestLimitMs: number;
  clock: Timer;
}

export interface GpuAdapterLike {
  readonly features?: { has(name: string): boolean };
  readonly limits?: { readonly maxBufferSize?: number; readonly maxStorageBufferBindingSize?: number };
  readonly info?: { readonly isFallbackAdapter?: boolean; readonly architecture?: string };
}

const MAX_THREADS = 4; // more gain little with models of this size and starve the page

/**
 * `software`: an adapter that computes on the processor. `small`: its tensors are too small for models.
 * `distrusted`: it failed its self-test, or was too slow.
 */
export type GpuVerdict = 'unwanted' | 'none' | 'software' | 'small' | 'distrusted' | 'trusted';

/** What is known of this device's GPU. */
export interface GpuFindings {
  verdict: GpuVerdict;
  /** Half precision. */
  shaderF16: boolean;
  /** The most bytes that one tensor can have there; 0 without a GPU. */
  largestTensorBytes: number;
}

/** Below this, what every GPU of the standard has, the embedding of a small model would not fit. */
export const LEAST_TENSOR_BYTES = 128 * 2 ** 20;

export async function chooseDevicePlan(environment: PlanEnvironment): Promise<DevicePlan> {
  return planOf((await examineGpu(environment)).verdict, environment);
}

export function planOf(
  verdict: GpuVerdict,
  { crossOriginIsolated, cores }: Pick<PlanEnvironment, 'crossOriginIsolated' | 'cores'>
): DevicePlan {
  const onGpu = verdict === 'trusted';
  // Threads that have nothing to do spin, also while the GPU computes: there one core is left to those who serve it.
  const free = onGpu ? cores - 1 : cores;
  const threads = crossOriginIsolated ? Math.max(1, Math.min(free, MAX_THREADS)) : 1;
  return { devices: onGpu ? ['webgpu', 'wasm'] : ['wasm'], threads };
}

export async function examineGpu(environment: PlanEnvironment): Promise<GpuFindings> {
  const { webgpu, requestAdapter } = environment;
  const without = (verdict: GpuVerdict): GpuFindings => ({
    verdict,
    shaderF16: false,
    largestTensorBytes: 0
  });
  if (webgpu === 'never') return without('unwanted');
  // A browser that throws here, or in the test below, has no WebGPU that could be used; WASM always works.
  const adapter = await requestAdapter?.().catch(() => null);
  if (!adapter) return without('none');
  if (webgpu === 'auto' && (adapter.info?.isFallbackAdapter || adapter.info?.architecture === 'swiftshader'))
    return without('software');
  const largestTensorBytes = largestTensor(adapter);
  if (largestTensorBytes < LEAST_TENSOR_BYTES) return without('small');
  if (environment.distrusted || !(await selfTestPasses(environment))) return without('distrusted');
  return {
    verdict: 'trusted',
    shaderF16: adapter.features?.has('shader-f16') ?? false,
    largestTensorBytes
  };
}

/** An adapter that doesn't say has what the standard asks for. */
function largestTensor({ limits }: GpuAdapterLike): number {
  const { maxBufferSize = 2 * LEAST_TENSOR_BYTES, maxStorageBufferBindingSize = LEAST_TENSOR_BYTES } =
    limits ?? {};
  return Math.min(maxBufferSize, maxStorageBufferBindingSize);
}

async function selfTestPasses({ selfTest, selfTestLimitMs, clock }: PlanEnvironment): Promise<boolean> {
  const limit = new AbortController();
  const stopTimer = clock.after(selfTestLimitMs, () => limit.abort());
  try {
    return (await selfTest(limit.signal)).agrees;
  } catch {
    return false;
  } finally {
    stopTimer();
  }
}
