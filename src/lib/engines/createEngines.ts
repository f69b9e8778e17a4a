import {
  DEFAULT_MODELS,
  OPENVOICE,
  MATCHED,
  type BaseVoiceModel,
  type ComputeType,
  type ModelChoice,
  type Stage,
  type TranslatorModel
} from '../../../workers/contract';
import { sendAudio, sendAudios, type WorkerEntry } from '../../../workers/wire';
import type { entry as synthesize } from '../../../workers/synthesize/worker';
import type { entry as transcribe } from '../../../workers/transcribe/worker';
import type { entry as translate } from '../../../workers/translate/worker';
import type { entry as voice } from '../../../workers/voice/worker';
import { EventSource } from '../events';
import { browserFirst } from './browserFirst';
import { BROWSER_TRANSLATOR, openBrowserTranslator } from './browserTranslator';
import type { ChoosableStage } from './chooseModels';
import type { WebGpuUse } from './devicePlan';
import { createStageConfigs, type ModelShelf, type StageConfig } from './stageConfigs';
import { trustKey, type UsedModel } from './trust';
import { Turns } from './turns';
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
  /** Fetched base voices, one a language; what the library has goes before. */
  baseVoices?: readonly BaseVoiceModel[];
  /** What the person chose and has installed: decides where it has a say, instead of `models` and `translators`. */
  library?: ModelShelf;
  /** Weights of this type are preferred for the recogniser; left out: the usual ones of the device. */
  transcriberType?: ComputeType;
  /** Beams of the recogniser's search; left out: as the model and the device suggest. */
  transcriberBeams?: number;
  /** Default 'auto'. */
  webgpu?: WebGpuUse;
  /** A worker with nothing to do for this long is terminated. Default three minutes. */
  idleReleaseMs?: number;
  /** A WebGPU that needs longer than this for its self-test is not used. Default 20 s. */
  selfTestLimitMs?: number;
  clock?: Clock;
}

const IDLE_RELEASE_MS = 3 * 60_000;

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
  const turns = new Turns();

  /** @param model which model the stage runs; left out for a stage that runs no ONNX model. */
  function stage<Entry extends WorkerEntry<object>>(
    name: Stage,
    model: ChoosableStage | undefined,
    createWorker: () => WorkerLike
  ): WorkerClient<Entry> {
    let settled: Omit<StageConfig, 'worker'> = { used: [], hub: [], oneAtATime: false };
    const client = new WorkerClient<Entry>({
      stage: name,
      createWorker,
      async config() {
        const { worker, ...rest } = await settle(model);
        settled = rest;
        const { plan } = worker;
        if (told.get(name) !== JSON.stringify(plan)) {
          told.set(name, JSON.stringify(plan));
          events.emit('planChosen', { stage: name, plan });
        }
        return worker;
      },
      async takeTurn() {
        // Two large models at once are more than a small device has room for.
        if (settled.hub.length === 0 || !settled.oneAtATime) return undefined;
        const endTurn = await turns.take();
        for (const other of clients) if (other !== own) other.releaseIdle();
        return endTurn;
      },
      idleReleaseMs,
      clock,
      onDeviceChanged: (change) => events.emit('deviceChanged', change),
      onDeviceToBlame({ from, reason }) {
        const failed = namedIn(reason, settled.used);
        events.emit('deviceDistrusted', { stage: name, device: from, models: failed, reason });
        void config.library
          ?.distrust(failed.map((used) => trustKey(used, from)))
          .catch((error: unknown) => console.warn('That a device failed could not be remembered.', error));
      },
      async fallBack({ message }) {
        const ofHub = settled.used.filter(({ id }) => id !== null);
        if (ofHub.length === 0 || !config.library) return false;
        for (const { id } of namedIn(message, ofHub)) {
          if (id === null) continue;
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
    'voiceConverter',
    () => new Worker(new URL('../../../workers/synthesize/worker.ts', import.meta.url), { type: 'module' })
  );
  const speakerEncoder = stage<typeof voice>(
    'voice',
    'speakerEncoder',
    () => new Worker(new URL('../../../workers/voice/worker.ts', import.meta.url), { type: 'module' })
  );

  const translateInWorker: Engines['translate'] = (sentences, from, to, options = {}) =>
    translator.call((worker, report) => worker.translate(sentences, from, to, report), options);
  // It lives in the window, and only a person's choice brings it in.
  const { library } = config;
  const own = library && openBrowserTranslator();
  const isWanted = async () => (await library?.read())?.wanted.translator === BROWSER_TRANSLATOR;
  const browser = own && browserFirst(own, isWanted, translateInWorker);

  return {
    events,
    transcribe: (audio, options = {}) =>
      transcriber.call(
        (worker, report) =>
          worker.transcribe(
            sendAudio(audio),
            { language: options.language, wordTimes: options.wordTimes, glossary: options.glossary },
            report
          ),
        options
      ),
    translate: browser?.translate ?? translateInWorker,
    synthesize: (text, language, conditioning, options = {}) =>
      synthesizer.call((worker, report) => worker.synthesize(text, language, conditioning, report), {
        ...options,
        needsNoModel: ({ baseVoices = [] }) => {
          const engines = conditioning?.engines ?? {};
          if (engines[OPENVOICE] !== undefined) return false;
          // What is fitted to a person is eSpeak.
          return engines[MATCHED] !== undefined || !baseVoices.some((voice) => voice.language === language);
        }
      }),
    enrolVoice: (clips, options = {}) =>
      synthesizer.call((worker, report) => worker.enrolVoice(sendAudios(clips), report), options),
    async canEnrolVoice() {
      const { worker } = await settle('voiceConverter');
      return worker.models?.voiceConverter !== undefined;
    },
    embed: (audio, options = {}) =>
      speakerEncoder.call((worker, report) => worker.embed(sendAudio(audio), report), options),
    async embeddingModel() {
      const { worker } = await settle('speakerEncoder');
      return worker.models?.speakerEncoder ?? DEFAULT_MODELS.speakerEncoder;
    },
    release() {
      browser?.release();
      for (const client of clients) client.release();
    }
  };
}

/** Of several translation models an error's message names the folder of the one that failed; else it may be any. */
function namedIn(message: string, used: readonly UsedModel[]): readonly UsedModel[] {
  const named = used.filter(({ folder }) => message.includes(`${folder}/`));
  return named.length > 0 ? named : used;
}
