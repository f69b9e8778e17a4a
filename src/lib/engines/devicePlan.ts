import type { DevicePlan } from '../../../workers/contract';
import type { Clock } from './workerClient';

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
  /** Runs the same small graph on WebGPU and on WASM, in a worker. Aborting ends it. */
  selfTest: (signal: AbortSignal) => Promise<{ agrees: boolean }>;
  /** A self-test that takes longer than this counts as failed: such a device would only slow the work. */
  selfTestLimitMs: number;
  clock: Clock;
}

export interface GpuAdapterLike {
  readonly info?: { readonly isFallbackAdapter?: boolean; readonly architecture?: string };
}

const MAX_THREADS = 4; // more gain little with models of this size and starve the page

export async function chooseDevicePlan(environment: PlanEnvironment): Promise<DevicePlan> {
  const threads = environment.crossOriginIsolated ? Math.max(1, Math.min(environment.cores, MAX_THREADS)) : 1;
  return { devices: (await gpuIsTrusted(environment)) ? ['webgpu', 'wasm'] : ['wasm'], threads };
}

async function gpuIsTrusted(environment: PlanEnvironment): Promise<boolean> {
  const { webgpu, requestAdapter } = environment;
  if (webgpu === 'never' || !requestAdapter) return false;
  // A browser that throws here, or in the test below, has no WebGPU that could be used; WASM always works.
  const adapter = await requestAdapter().catch(() => null);
  if (!adapter) return false;
  if (webgpu === 'auto' && (adapter.info?.isFallbackAdapter || adapter.info?.architecture === 'swiftshader'))
    return false;
  return selfTestPasses(environment);
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
