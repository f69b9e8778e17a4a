/** What this device can carry: found out once for the page, however many ask. */
import { realClock, type Timer } from '../../../workers/clock';
import type { DevicePlan } from '../../../workers/contract';
import type { entry as probe } from '../../../workers/runtime/probe.worker';
import type { Tier } from '../../../models/catalog';
import { examineGpu, planOf, type GpuVerdict, type PlanEnvironment, type WebGpuUse } from './devicePlan';
import { WorkerClient } from './workerClient';

export interface DeviceView {
  plan: DevicePlan;
  tier: Tier;
  gpu: GpuVerdict;
  /** Gigabytes as the browser says it, rounded and at most 8; null where it doesn't say. */
  memoryGb: number | null;
  /** Whether the page may use threads (`crossOriginIsolated`). */
  isolated: boolean;
}

export interface DeviceQuestion {
  webgpu: WebGpuUse;
  /** Absolute URLs, ending in `/`. */
  runtimeBase: string;
  modelBase: string;
  /** It failed its self-test in this version of the browser. */
  distrusted?: boolean;
  /** A GPU that needs longer than this, in milliseconds, for its self-test is not used. */
  selfTestLimitMs?: number;
  clock?: Timer;
}

const SELF_TEST_LIMIT_MS = 20_000;
/** The most that browsers tell, in gigabytes. */
const HIGH_END_MEMORY_GB = 8;
/** The largest models have tensors of hundreds of megabytes. */
const HIGH_END_TENSOR_BYTES = 2 ** 30;

const known = new Map<string, Promise<DeviceView>>();

/** The same question is answered once; `again` examines anew. */
export function deviceView(question: DeviceQuestion, { again = false } = {}): Promise<DeviceView> {
  const { webgpu, runtimeBase, distrusted = false } = question;
  const key = `${webgpu} ${distrusted} ${runtimeBase}`;
  const before = again ? undefined : known.get(key);
  const view = before ?? examine(question);
  known.set(key, view);
  return view;
}

async function examine(question: DeviceQuestion): Promise<DeviceView> {
  const environment = environmentOf(question);
  const { verdict, shaderF16, largestTensorBytes } = await examineGpu(environment);
  const memoryGb = (navigator as { deviceMemory?: number }).deviceMemory ?? null;
  const trusted = verdict === 'trusted';
  const tier = tierOf({ trusted, shaderF16, largestTensorBytes, memoryGb, mobile: isMobile() });
  const isolated = environment.crossOriginIsolated;
  return { plan: planOf(verdict, environment), tier, gpu: verdict, memoryGb, isolated };
}

/** The catalogue's kind of device. */
export function tierOf(found: {
  trusted: boolean;
  shaderF16: boolean;
  largestTensorBytes: number;
  memoryGb: number | null;
  mobile: boolean;
}): Tier {
  if (!found.trusted || found.mobile) return 'phone';
  const roomy =
    found.largestTensorBytes >= HIGH_END_TENSOR_BYTES && (found.memoryGb ?? 0) >= HIGH_END_MEMORY_GB;
  return found.shaderF16 && roomy ? 'high-end' : 'laptop';
}

function isMobile(): boolean {
  const data = (navigator as { userAgentData?: { mobile?: boolean } }).userAgentData;
  // A tablet that calls itself a computer still has fingers.
  return data?.mobile ?? (navigator.maxTouchPoints > 1 && matchMedia('(pointer: coarse)').matches);
}

function environmentOf({ clock = realClock, ...question }: DeviceQuestion): PlanEnvironment {
  const { runtimeBase, modelBase } = question;
  const prober = new WorkerClient<typeof probe>({
    stage: 'transcribe',
    createWorker: () =>
      new Worker(new URL('../../../workers/runtime/probe.worker.ts', import.meta.url), { type: 'module' }),
    config: () => Promise.resolve({ runtimeBase, modelBase, plan: { devices: ['webgpu'], threads: 1 } }),
    idleReleaseMs: 0,
    clock
  });
  const gpu = (globalThis.navigator as Navigator & { gpu?: { requestAdapter(): Promise<null | object> } })
    .gpu;
  return {
    webgpu: question.webgpu,
    crossOriginIsolated: globalThis.crossOriginIsolated === true,
    cores: navigator.hardwareConcurrency || 1,
    distrusted: question.distrusted,
    requestAdapter: gpu ? () => gpu.requestAdapter() : undefined,
    selfTest: (signal) => prober.call((worker) => worker.selfTest(), { signal }),
    selfTestLimitMs: question.selfTestLimitMs ?? SELF_TEST_LIMIT_MS,
    clock
  };
}
