import type { ComputeType, ModelChoice, Stage, TranslatorModel } from '../../../workers/contract';
import { modelById } from '../../../models/catalog';
import { sendAudio, type WorkerEntry } from '../../../workers/wire';
import type { entry as synthesize } from '../../../workers/synthesize/worker';
import type { entry as transcribe } from '../../../workers/transcribe/worker';
import type { entry as translate } from '../../../workers/translate/worker';
import type { entry as voice } from '../../../workers/voice/worker';
import type { ChoosableStage } from './chooseModels';
import type { WebGpuUse } from './devicePlan';
import { EventSource } from './events';
import { createStageConfigs, type ModelShelf } from './stageConfigs';
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
  /** What the person chose and has installed: decides where it has a say, instead of `models` and `translators`. */
  library?: ModelShelf;
  /** Weights of this type are preferred for the recogniser; left out: the usual ones of the device. */
  transcriberType?: ComputeType;
  /** Default 'auto'. */
  webgpu?: WebGpuUse;
  /** A worker with nothing to do for this long is terminated. Default one minute. */
  idleReleaseMs?: number;
  /** A WebGPU that needs longer than this for its self-test is not used. Default 20 s. */
  selfTestLimitMs?: number;
  clock?: Clock;
}

const IDLE_RELEASE_MS = 60_000;

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
  const settle = createStageConfigs(config);
  const clients: WorkerClient<WorkerEntry<object>>[] = [];
  const told = new Map<Stage, string>();

  /** @param model which model the stage runs; left out for a stage that runs no ONNX model. */
  function stage<Entry extends WorkerEntry<object>>(
    name: Stage,
    model: ChoosableStage | undefined,
    createWorker: () => WorkerLike
  ): WorkerClient<Entry> {
    let hub: readonly string[] = [];
    const client = new WorkerClient<Entry>({
      stage: name,
      createWorker,
      async config() {
        const settled = await settle(model);
        hub = settled.hub;
        // Two large models at once are more than a small device has room for.
        if (hub.length > 0 && settled.oneAtATime)
          for (const other of clients) if (other !== own) other.releaseIdle();
        const { plan } = settled.worker;
        if (told.get(name) !== JSON.stringify(plan)) {
          told.set(name, JSON.stringify(plan));
          events.emit('planChosen', { stage: name, plan });
        }
        return settled.worker;
      },
      idleReleaseMs,
      clock,
      onDeviceChanged: (change) => events.emit('deviceChanged', change),
      async fallBack({ message }) {
        if (hub.length === 0 || !config.library) return false;
        // Of several translation models the message names the folder of the one that failed.
        const failed = hub.filter((id) => names(message, id));
        for (const id of failed.length > 0 ? failed : hub) {
          await config.library.setAside(id);
          events.emit('modelSetAside', { stage: name, id, reason: message });
        }
        return true;
      }
    });
    const own = client as unknown as WorkerClient<WorkerEntry<object>>;
    clients.push(own);
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

/** Whether an error's message speaks of a model's files in the library. */
function names(message: string, id: string): boolean {
  const source = modelById(id)?.source;
  return source?.kind === 'hub' && message.includes(`${source.repo}/`);
}
