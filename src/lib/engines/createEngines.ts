import { realClock, type Timer } from '../../../workers/clock';
import {
  DEFAULT_MODELS,
  OPENVOICE,
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
import { languagesTranslated, withBrowser } from './languages';
import { createStageConfigs, type ModelShelf, type StageConfig } from './stageConfigs';
import { tellUnready, tryOut, type Least } from './warmUp';
import { trustKey, type UsedModel } from './trust';
import { Turns } from './turns';
import { translatorsFor, voicesFor } from './uses';
import type { Coming, EngineEventMap, Engines } from './types';
import { WorkerClient, type WorkerLike } from './workerClient';

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
  clock?: Timer;
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
    const failedOf = (message: string, uses: readonly string[] | undefined) =>
      atFault(message, settled.used, uses, config.modelBase);
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
      onDeviceToBlame({ from, reason }, uses) {
        const failed = failedOf(reason, uses);
        if (failed.length === 0) return;
        events.emit('deviceDistrusted', { stage: name, device: from, models: failed, reason });
        void config.library
          ?.distrust(failed.map((used) => trustKey(used, from)))
          .catch((error: unknown) => console.warn('That a device failed could not be remembered.', error));
      },
      async fallBack({ message }, uses) {
        const ofHub = failedOf(message, uses).flatMap(({ id }) => id ?? []);
        if (ofHub.length === 0 || !config.library) return false;
        for (const id of ofHub) {
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
    translator.call((worker, report) => worker.translate(sentences, from, to, report), {
      ...options,
      uses: (config) => translatorsFor(config, from, to)
    });
  const embedInWorker: Engines['embed'] = (audio, options = {}) =>
    speakerEncoder.call((worker, report) => worker.embed(sendAudio(audio), report), options);
  const synthesizeInWorker: Engines['synthesize'] = (text, language, conditioning, options = {}) =>
    synthesizer.call((worker, report) => worker.synthesize(text, language, conditioning, report), {
      ...options,
      uses: (config) => voicesFor(config, language, conditioning)
    });
  // It lives in the window, and only a person's choice brings it in.
  const { library } = config;
  const own = library && openBrowserTranslator();
  const isWanted = async () => (await library?.read())?.wanted.translator === BROWSER_TRANSLATOR;
  const browser = own && browserFirst(own, isWanted, translateInWorker);

  const least: Least = {
    hearSilence: (options) => transcriber.call((worker, report) => worker.warmUp(report), options),
    translate: translateInWorker,
    embed: embedInWorker,
    synthesize: synthesizeInWorker
  };
  const warm = {
    transcribe: transcriber,
    translate: translator,
    voice: speakerEncoder,
    synthesize: synthesizer
  };
  const chosenBy = {
    transcribe: 'transcriber',
    translate: 'translator',
    voice: 'speakerEncoder',
    synthesize: 'voiceConverter'
  } as const;
  /** What is loaded is warm; what needs another's room is not made so in advance, except by the first that is coming. */
  async function isCold({ stage }: Coming, isFirst: boolean): Promise<boolean> {
    if (warm[stage].isLive || clients.some(({ isBusy }) => isBusy)) return false;
    const { hub, oneAtATime } = await settle(chosenBy[stage]);
    // Of several voices that were fetched nobody knows yet which it will be.
    if (stage === 'synthesize') return hub.length === 0;
    return isFirst || !oneAtATime || hub.length === 0;
  }

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
    textFit: (audio, texts, language, options = {}) =>
      transcriber.call(
        (worker, report) => worker.textFit(sendAudio(audio), texts, language, report),
        options
      ),
    translate: browser?.translate ?? translateInWorker,
    async translatedLanguages() {
      const { worker } = await settle('translator');
      const languages = languagesTranslated(worker);
      return own && (await isWanted()) ? withBrowser(languages, own) : languages;
    },
    synthesize: synthesizeInWorker,
    enrolVoice: (clips, options = {}) =>
      synthesizer.call((worker, report) => worker.enrolVoice(sendAudios(clips), options.engine, report), {
        ...options,
        uses: ({ models }) => (models?.voiceConverter === undefined ? [] : [models.voiceConverter])
      }),
    async cloningEngine() {
      const { worker } = await settle('voiceConverter');
      return worker.models?.voiceConverter === undefined ? null : (worker.cloningEngine ?? OPENVOICE);
    },
    detectWatermark: (audio, options = {}) =>
      synthesizer.call((worker, report) => worker.detectWatermark(sendAudio(audio), report), {
        ...options,
        uses: ({ models }) => (models?.watermark === undefined ? [] : [models.watermark])
      }),
    async canDetectWatermark() {
      const { worker } = await settle('voiceConverter');
      return worker.models?.watermark !== undefined;
    },
    embed: embedInWorker,
    async embeddingModel() {
      const { worker } = await settle('speakerEncoder');
      return worker.models?.speakerEncoder ?? DEFAULT_MODELS.speakerEncoder;
    },
    async warmUp(coming, options = {}) {
      for (const [i, each] of coming.entries())
        try {
          if (options.signal?.aborted) return;
          // The browser's own translator keeps nothing loaded between two calls.
          if (each.stage === 'translate' && (await isWanted())) continue;
          if (await isCold(each, i === 0)) await tryOut(each, least, options);
        } catch (error) {
          tellUnready(each, error);
        }
    },
    release() {
      browser?.release();
      for (const client of clients) client.release();
    }
  };
}

/**
 * The models that an error is about: those whose folders it names; where it names none, those that the call may have
 * loaded. None where it names the file of another, such as the one that finds speech.
 */
function atFault(
  message: string,
  used: readonly UsedModel[],
  uses: readonly string[] | undefined,
  modelBase: string
): readonly UsedModel[] {
  const named = used.filter(({ folder }) => message.includes(`${folder}/`));
  if (named.length > 0) return named;
  if (message.includes(modelBase)) return [];
  return used.filter(({ folder }) => uses?.includes(folder) ?? true);
}
