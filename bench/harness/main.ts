/** What the bench asks of the page: whole messages through the app's own pipeline, and the same work the plain way. */
import { transfer, wrap, type Remote } from 'comlink';
import { aiSpeechComment, decodeAudio, encodeAudio, type OutputAudioFormat } from '../../src/lib/audio';
import { createEngines, type Engines, type WebGpuUse } from '../../src/lib/engines';
import { browserDeps, createPipeline, splitSentences, type Pipeline } from '../../src/lib/pipeline';
import { openStorage } from '../../src/lib/storage';
import {
  DEFAULT_MODELS,
  TimbreError,
  type Audio,
  type Lang,
  type ModelChoice,
  type Stage
} from '../../workers/contract';
import type { PlainApi, PlainConfig } from './plain.worker';
import { matchVoice, phrasesIn, type MatchJob, type MatchRun } from './voice';

const runtimeBase = `${location.origin}/runtime/`;
const modelBase = `${location.origin}/models/`;

/** One message from its submission until everything of it is stored. */
export interface MessageRun {
  totalMs: number;
  status: string;
  /** Time in each stage's calls. Packing (`encode`) runs while the next language is spoken. */
  stages: Partial<Record<Stage, number>>;
  transcript: string;
  language: Lang;
  translations: Partial<Record<Lang, string>>;
  failures: string[];
}

export interface CancelRun {
  stage: Stage;
  /** Until the message counted as cancelled in storage, with its worker gone. */
  answeredMs: number;
  /** Whether the stage was really running when Cancel came. */
  wasRunning: boolean;
}

let models: ModelChoice = DEFAULT_MODELS;
let engines: Engines | undefined;
let pipeline: Pipeline | undefined;
let stages: Partial<Record<Stage, number>> = {};

function timed<A extends unknown[], R>(
  stage: Stage,
  work: (...args: A) => Promise<R>
): (...args: A) => Promise<R> {
  return async (...args) => {
    const start = performance.now();
    try {
      return await work(...args);
    } finally {
      stages[stage] = (stages[stage] ?? 0) + performance.now() - start;
    }
  };
}

function rawEngines(): Engines {
  // Kept while the plain pipelines have their turns.
  engines ??= createEngines({ runtimeBase, modelBase, models, webgpu: 'never', idleReleaseMs: 3_600_000 });
  return engines;
}

async function openPipeline(): Promise<Pipeline> {
  if (pipeline) return pipeline;
  const deps = browserDeps({ storage: await openStorage(), engines: rawEngines() });
  const { transcribe, translate, synthesize } = rawEngines();
  pipeline = createPipeline({
    ...deps,
    engines: {
      transcribe: timed('transcribe', transcribe),
      translate: timed('translate', translate),
      synthesize: timed('synthesize', synthesize)
    },
    decode: timed('decode', deps.decode),
    encode: timed('encode', deps.encode)
  });
  return pipeline;
}

/** `asIs`: as transformers.js comes. `tuned`: with the runtime binary and the threads of the app's own workers. */
export type PlainKind = 'asIs' | 'tuned';

const plainWorkers = new Map<PlainKind, Remote<PlainApi>>();
function plainWorker(kind: PlainKind): Remote<PlainApi> {
  const api =
    plainWorkers.get(kind) ??
    wrap<PlainApi>(new Worker(new URL('./plain.worker.ts', import.meta.url), { type: 'module' }));
  plainWorkers.set(kind, api);
  return api;
}

const plainConfig = (kind: PlainKind): PlainConfig => ({
  runtimeBase: '/runtime/',
  modelBase: '/models/',
  // As the app's own plan has them.
  threads: kind === 'tuned' ? Math.max(1, Math.min(navigator.hardwareConcurrency || 1, 4)) : undefined,
  transcriber: models.transcriber,
  translator: models.translator
});

let message: Blob | undefined;
let heard: Audio | undefined;

function spoken(): { blob: Blob; audio: Audio } {
  if (!message || !heard) throw new Error('no message was made');
  return { blob: message, audio: heard };
}

const longTasks: number[] = [];
new PerformanceObserver((list) =>
  longTasks.push(...list.getEntries().map(({ duration }) => duration))
).observe({
  type: 'longtask',
  buffered: true
});

async function say(own: Engines, stage: Stage, audio: Audio): Promise<unknown> {
  if (stage === 'transcribe') return (await own.transcribe(audio, { language: 'en' })).text;
  if (stage === 'voice') return Array.from(await own.embed(audio));
  try {
    return await own.translate(['Go!'], 'en', ['ru']);
  } catch (error) {
    // Random weights come to an end early with this text; with others they may not, which is an answer, too.
    return error instanceof TimbreError ? error.code : String(error);
  }
}

const bench = {
  use(choice: Partial<ModelChoice>): void {
    models = { ...DEFAULT_MODELS, ...choice };
  },

  /** Makes the message: spoken by the base voice, as a WAV file. @returns its length and the file, so that another page can have the same. */
  async speak(text: string, language: Lang): Promise<{ durationMs: number; base64: string }> {
    const { audio, fidelity } = await rawEngines().synthesize(text, language);
    const { bytes: file } = await encodeAudio(audio, 'wav', {
      language,
      comment: aiSpeechComment(language, { fidelity, speaker: '' })
    });
    const bytes = new Uint8Array(file);
    let binary = '';
    for (let i = 0; i < bytes.length; i += 0x8000)
      binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return { durationMs: (1000 * audio.samples.length) / audio.sampleRateHz, base64: btoa(binary) };
  },

  /** Takes a file as the message. */
  async take(base64: string): Promise<void> {
    message = new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], { type: 'audio/wav' });
    const { samples, sampleRateHz } = await decodeAudio(message);
    heard = { samples, sampleRateHz };
  },

  async message(to: Lang[]): Promise<MessageRun> {
    const { blob } = spoken();
    const work = await openPipeline();
    stages = {};
    const start = performance.now();
    const { messageId } = await work.submitAudio(blob, { targetLanguages: to });
    const status = await work.whenSettled(messageId);
    const totalMs = performance.now() - start;
    const result = await work.toResult(messageId);
    const translations = Object.values(result.translations);
    return {
      totalMs,
      status,
      stages,
      transcript: result.original.transcription,
      language: result.original.language,
      translations: Object.fromEntries(translations.map(({ language, text }) => [language, text])),
      failures: Object.entries(result.failures).map(
        ([language, { code, message: why }]) => `${language}: ${code} ${why}`
      )
    };
  },

  async transcribe(language?: Lang): Promise<{ ms: number; text: string }> {
    const { audio } = spoken();
    const start = performance.now();
    const { text } = await rawEngines().transcribe(audio, language ? { language } : {});
    return { ms: performance.now() - start, text };
  },

  async translate(text: string, from: Lang, to: Lang[]): Promise<number> {
    const sentences = splitSentences(text, from).map((sentence) => sentence.text);
    const start = performance.now();
    await rawEngines().translate(sentences, from, to);
    return performance.now() - start;
  },

  /** Speech of the base voice as a WAV file, with its note, as a host gets it. */
  async synthesize(text: string, language: Lang): Promise<number> {
    const start = performance.now();
    const { audio, fidelity } = await rawEngines().synthesize(text, language);
    await encodeAudio(audio, 'wav', {
      language,
      comment: aiSpeechComment(language, { fidelity, speaker: '' })
    });
    return performance.now() - start;
  },

  /** Packs the message into a file. */
  async encode(format: OutputAudioFormat): Promise<number> {
    const start = performance.now();
    await encodeAudio(spoken().audio, format);
    return performance.now() - start;
  },

  /** Cancels a message as soon as a stage has begun. The message should be long, so that it is still running. */
  async cancel(stage: Stage, to: Lang[]): Promise<CancelRun> {
    const { blob } = spoken();
    const work = await openPipeline();
    const { messageId } = await work.submitAudio(blob, { targetLanguages: to });
    const wasRunning = await new Promise<boolean>((resolve) => {
      const stop = work.progressOf(messageId).subscribe((progress) => {
        if (progress?.stage !== stage) return;
        resolve(true);
        queueMicrotask(() => stop());
      });
      void work.whenSettled(messageId).then(() => resolve(false));
    });
    // Well into the stage's work.
    await new Promise((later) => setTimeout(later, 30));
    const start = performance.now();
    await work.cancel(messageId);
    const status = await work.whenSettled(messageId);
    const answeredMs = performance.now() - start;
    await work.idle();
    return { stage, answeredMs, wasRunning: wasRunning && status === 'cancelled' };
  },

  plain: {
    async load(kind: PlainKind): Promise<void> {
      await plainWorker(kind).load(plainConfig(kind));
    },
    async transcribe(kind: PlainKind, language: Lang): Promise<{ ms: number; text: string }> {
      const samples = spoken().audio.samples.slice();
      const start = performance.now();
      const text = await plainWorker(kind).transcribe(transfer(samples, [samples.buffer]), language);
      return { ms: performance.now() - start, text };
    },
    async translate(
      kind: PlainKind,
      text: string,
      from: Lang,
      to: Lang[]
    ): Promise<{ ms: number; texts: Partial<Record<Lang, string>> }> {
      const sentences = splitSentences(text, from).map((sentence) => sentence.text);
      const start = performance.now();
      const texts = await plainWorker(kind).translate(sentences, from, to);
      return { ms: performance.now() - start, texts };
    }
  },

  /** A stage with a fixture model on one device: what it says, and where it really ran. */
  async onDevice(webgpu: WebGpuUse, stage: Stage): Promise<{ ms: number; devices: string[]; said: unknown }> {
    const { audio } = spoken();
    const own = createEngines({
      runtimeBase,
      modelBase,
      models: { transcriber: 'full/whisper', translator: 'full/nllb', speakerEncoder: 'full/ecapa' },
      webgpu,
      // A software adapter takes its time.
      selfTestLimitMs: 300_000
    });
    const devices: string[] = [];
    own.events.on('planChosen', ({ stage: at, plan }) => devices.push(`${at}: ${plan.devices[0]}`));
    own.events.on('deviceChanged', ({ stage: at, from, to }) =>
      devices.push(`${at} moved: ${from} to ${to}`)
    );
    const start = performance.now();
    try {
      const said = await say(own, stage, audio);
      return { ms: performance.now() - start, devices, said };
    } finally {
      own.release();
    }
  },

  match(job: MatchJob): Promise<MatchRun> {
    return matchVoice(rawEngines(), job);
  },

  phrases(language: Lang): Promise<string[]> {
    return phrasesIn(language);
  },

  longTasks(): number[] {
    return longTasks.splice(0);
  },

  release(): void {
    engines?.release();
  }
};

export type Bench = typeof bench;
declare global {
  interface Window {
    bench: Bench;
  }
}
window.bench = bench;
