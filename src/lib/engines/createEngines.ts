import {
  DEFAULT_MODELS,
  type DevicePlan,
  type ModelChoice,
  type Stage,
  type TranslatorModel
} from '../../../workers/contract';
import { sendAudio, type WorkerEntry } from '../../../workers/wire';
import type { entry as probe } from '../../../workers/runtime/probe.worker';
import type { entry as synthesize } from '../../../workers/synthesize/worker';
import type { entry as transcribe } from '../../../workers/transcribe/worker';
import type { entry as translate } from '../../../workers/translate/worker';
import type { entry as voice } from '../../../workers/voice/worker';
import { chooseDevicePlan, type WebGpuUse } from './devicePlan';
import { EventSource } from './events';
import type { EngineEventMap, Engines } from './types';
import { realClock, WorkerClient, type Clock, type WorkerLike } from './workerClient';

export interface EnginesConfig {
  /** Absolute URL, ending in `/`, of the runtime's .wasm and .mjs files. */
  runtimeBase: string;
  /** Absolute URL, ending in `/`, of the model folders. */
  modelBase: string;
  /** Other models than the ones that ship with the app. */
  models?: Partial<ModelChoice>;
  /** Several translation models, the preferred first, instead of `models.translator`. */
  translators?: readonly TranslatorModel[];
  /** Default 'auto'. */
  webgpu?: WebGpuUse;
  /** A worker with nothing to do for this long is terminated. Default one minute. */
  idleReleaseMs?: number;
  /** A WebGPU that needs longer than this for its self-test is not used. Default 20 s. */
  selfTestLimitMs?: number;
  clock?: Clock;
}

const IDLE_RELEASE_MS = 60_000;
const SELF_TEST_LIMIT_MS = 20_000;

/**
 * The page's hold on the workers. Nothing is loaded and no worker starts before the first call.
 *
 * To add a stage: one line `stage(…)` with its worker's URL (written out, so that the bundler sees it),
 * and one method that calls it.
 */
export function createEngines(config: EnginesConfig): Engines {
  const clock = config.clock ?? realClock;
  const idleReleaseMs = config.idleReleaseMs ?? IDLE_RELEASE_MS;
  const events = new EventSource<EngineEventMap>();
  const location = {
    runtimeBase: config.runtimeBase,
    modelBase: config.modelBase,
    ...(config.models ? { models: config.models } : {}),
    ...(config.translators ? { translators: config.translators } : {})
  };

  let gpuPlan: Promise<DevicePlan> | undefined;
  async function planFor(name: Stage, model: keyof ModelChoice | undefined): Promise<DevicePlan> {
    const wanted = config.webgpu ?? 'auto';
    const helps =
      model !== undefined && (wanted === 'force' || gpuHelps({ ...DEFAULT_MODELS, ...config.models }[model]));
    const webgpu = helps ? wanted : 'never';
    const limitMs = config.selfTestLimitMs ?? SELF_TEST_LIMIT_MS;
    const choose = () => choosePlan(webgpu, clock, location, limitMs);
    const plan = await (webgpu === 'never' ? choose() : (gpuPlan ??= choose()));
    events.emit('planChosen', { stage: name, plan });
    return plan;
  }

  const clients: WorkerClient<WorkerEntry<object>>[] = [];
  /** @param model whose weights decide whether a GPU would help; left out for a stage that runs no ONNX model. */
  function stage<Entry extends WorkerEntry<object>>(
    name: Stage,
    model: keyof ModelChoice | undefined,
    createWorker: () => WorkerLike
  ): WorkerClient<Entry> {
    const client = new WorkerClient<Entry>({
      stage: name,
      createWorker,
      config: async () => ({ ...location, plan: await planFor(name, model) }),
      idleReleaseMs,
      clock,
      onDeviceChanged: (change) => events.emit('deviceChanged', change)
    });
    clients.push(client as unknown as WorkerClient<WorkerEntry<object>>);
    return client;
  }

  const transcriber = stage<typeof transcribe>(
    'transcribe',
    'transcriber',
    () => new Worker(new URL('../../../workers/transcribe/worker.ts', import.meta.url), { type: 'module' })
  );
  const translator = stage<typeof translate>(
    'translate',
    'translator',
    () => new Worker(new URL('../../../workers/translate/worker.ts', import.meta.url), { type: 'module' })
  );
  const synthesizer = stage<typeof synthesize>(
    'synthesize',
    undefined,
    () => new Worker(new URL('../../../workers/synthesize/worker.ts', import.meta.url), { type: 'module' })
  );
  const speakerEncoder = stage<typeof voice>(
    'voice',
    'speakerEncoder',
    () => new Worker(new URL('../../../workers/voice/worker.ts', import.meta.url), { type: 'module' })
  );

  return {
    events,
    transcribe: (audio, options = {}) =>
      transcriber.call(
        (worker, report) =>
          worker.transcribe(
            sendAudio(audio),
            { language: options.language, wordTimes: options.wordTimes },
            report
          ),
        options
      ),
    translate: (sentences, from, to, options = {}) =>
      translator.call((worker, report) => worker.translate(sentences, from, to, report), options),
    synthesize: (text, language, conditioning, options = {}) =>
      synthesizer.call((worker, report) => worker.synthesize(text, language, conditioning, report), options),
    embed: (audio, options = {}) =>
      speakerEncoder.call((worker, report) => worker.embed(sendAudio(audio), report), options),
    release() {
      for (const client of clients) client.release();
    }
  };
}

/**
 * The starter models are 8-bit: their matrix products run on the CPU whatever the device, so a GPU would only
 * cost the larger runtime.
 */
function gpuHelps(model: string): boolean {
  return !model.startsWith('starter/');
}

function choosePlan(
  webgpu: WebGpuUse,
  clock: Clock,
  location: { runtimeBase: string; modelBase: string },
  selfTestLimitMs: number
) {
  const prober = new WorkerClient<typeof probe>({
    stage: 'transcribe',
    createWorker: () =>
      new Worker(new URL('../../../workers/runtime/probe.worker.ts', import.meta.url), { type: 'module' }),
    config: () => Promise.resolve({ ...location, plan: { devices: ['webgpu'], threads: 1 } }),
    idleReleaseMs: 0,
    clock
  });
  const gpu = (globalThis.navigator as Navigator & { gpu?: { requestAdapter(): Promise<null | object> } })
    .gpu;
  return chooseDevicePlan({
    webgpu,
    crossOriginIsolated: globalThis.crossOriginIsolated === true,
    cores: navigator.hardwareConcurrency || 1,
    requestAdapter: gpu ? () => gpu.requestAdapter() : undefined,
    selfTest: (signal) => prober.call((worker) => worker.selfTest(), { signal }),
    selfTestLimitMs,
    clock
  });
}
