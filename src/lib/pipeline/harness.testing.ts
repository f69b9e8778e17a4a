/** A pipeline over real storage and fake engines whose every stage can be held, failed and counted. */
import { isCancelled } from '$lib/abort';
import { tabLocks, type Locks } from '$lib/locks';
import type { AudioMessage, JobRecord, TranslatedAudioVersion } from '$lib/storage';
import { openTestStorage, type TestStorage } from '$lib/storage/index.testing';
import { stockVoice } from '$lib/voice';
import { TimbreError, type Audio, type Lang, type Stage, type TranslationOutput } from '$workers/contract';
import { createPipeline, type MessageProgress, type Pipeline, type PipelineDeps } from './index';

/** Called when a stage begins. A promise that stays open holds it, one that rejects fails it. */
export type Gate = (call: {
  language?: Lang;
  text?: string;
  signal: AbortSignal | undefined;
}) => Promise<void> | void;

export interface Tab {
  storage: TestStorage;
  pipeline: Pipeline;
  deps: PipelineDeps;
  gates: Partial<Record<Stage, Gate>>;
  /** What each stage was asked, in order. */
  calls: { stage: Stage; what: string }[];
  progress: MessageProgress[];
  count(stage: Stage): number;
  view(
    messageId: string
  ): Promise<{ message: AudioMessage; job: JobRecord; versions: Record<string, TranslatedAudioVersion> }>;
  /** As a browser ends a tab: nothing of it runs on, nothing is said to it. */
  crash(): void;
  /** As a person closes a tab. */
  leave(): void;
  /** The next tab, on the same tables. Its locks are free unless they are shared. */
  next(locks?: Locks): Promise<Tab>;
}

const RATE_HZ = 1000;

/** "Sound" whose samples are the characters that will be heard. */
export function sound(text: string): Blob {
  return new Blob([text], { type: 'audio/wav' });
}

function heard({ samples }: Audio): string {
  return String.fromCharCode(...samples);
}

export const held: Gate = () => new Promise(() => {});

export async function openTab(
  given?: TestStorage,
  locks: Locks = tabLocks(),
  notes: Set<string> = new Set()
): Promise<Tab> {
  const storage = given ?? (await openTestStorage());
  const gates: Tab['gates'] = {};
  const calls: Tab['calls'] = [];
  const progress: MessageProgress[] = [];
  const watched = new Set<string>();
  let ids = 0;
  let time = 0;
  const stage = async (name: Stage, what: string, signal: AbortSignal | undefined, language?: Lang) => {
    calls.push({ stage: name, what });
    await gates[name]?.({ signal, text: what, ...(language ? { language } : {}) });
  };

  const deps: PipelineDeps = {
    storage,
    engines: {
      async transcribe(audio, { signal, language, onProgress, onPartial } = {}) {
        const text = heard(audio);
        onProgress?.({ stage: 'transcribe', fraction: 0.5 });
        onPartial?.(text.slice(0, 3));
        await stage('transcribe', text, signal);
        onProgress?.({ stage: 'transcribe', fraction: 1 });
        const words = text
          .split(' ')
          .filter(Boolean)
          .map((word, index) => ({
            text: word,
            startMs: index * 100,
            endMs: index * 100 + 80,
            confidence: 0.5
          }));
        return {
          text,
          language: language ?? 'en',
          languageGuesses: language ? [] : [{ language: 'en', probability: 0.9 }],
          confidence: 0.9,
          source: 'whisper',
          segments:
            words.length > 0 ? [{ text, startMs: 0, endMs: words.length * 100, confidence: 0.5, words }] : [],
          durationMs: audio.samples.length,
          model: 'fake/whisper'
        };
      },
      async translate(sentences, from, to, { signal, onProgress } = {}) {
        onProgress?.({ stage: 'translate', fraction: 0.5 });
        await stage(
          'translate',
          `${to.join('+')}: ${sentences.join('|')}`,
          signal,
          to.length === 1 ? to[0] : undefined
        );
        onProgress?.({ stage: 'translate', fraction: 1 });
        const outputs: Partial<Record<Lang, TranslationOutput>> = {};
        for (const language of to) {
          outputs[language] = {
            sentences: sentences.map((sentence) => `${language}<${sentence}>`),
            via: from === 'de' ? ['en'] : [],
            model: 'fake/m2m'
          };
        }
        return outputs;
      },
      async synthesize(text, language, voice, { signal, onProgress } = {}) {
        onProgress?.({ stage: 'synthesize', language, fraction: 0.5 });
        await stage('synthesize', `${language}: ${text}`, signal, language);
        return {
          audio: { samples: new Float32Array(text.length * 10), sampleRateHz: RATE_HZ },
          fidelity: voice ? 'cloned' : 'stock',
          model: `fake/${language}`,
          words: [{ text, startMs: 0, endMs: text.length * 10 }]
        };
      }
    },
    async decode(file, { signal }) {
      const text = await new Blob([file]).text();
      await stage('decode', text, signal);
      if (text.startsWith('bad')) throw new TimbreError('audio/not-audio', text);
      const samples = Float32Array.from(text.replace(/^wav:.*/, ''), (character) => character.charCodeAt(0));
      return {
        samples,
        sampleRateHz: RATE_HZ,
        durationMs: samples.length,
        container: 'wav',
        codec: 'pcm',
        warnings: text.startsWith('torn') ? ['damaged'] : []
      };
    },
    async encode(audio, asked, tags, { signal, orElse }) {
      const language = tags.language ?? '';
      const format = await stage('encode', `${asked} ${language}`, signal).then(
        () => asked,
        async (error: unknown) => {
          if (!orElse || isCancelled(error)) throw error;
          await stage('encode', `${orElse} ${language}`, signal);
          return orElse;
        }
      );
      const { buffer } = new TextEncoder().encode(`${format}:${audio.samples.length}:${tags.comment ?? ''}`);
      return { bytes: buffer, mimeType: `audio/${format}`, format };
    },
    peaks: (audio, words) => [audio.samples.length, words.length],
    speechComment: (language, { fidelity, speaker, watermark }) =>
      `AI ${language} ${fidelity} ${speaker}${watermark ? ' marked' : ''}`.trim(),
    voice: {
      async voiceFor(request, options) {
        await stage('voice', request.speakerId, options.signal);
        return stockVoice.voiceFor(request, options);
      }
    },
    locks,
    farewell: {
      watch(messageId) {
        watched.add(messageId);
        return () => watched.delete(messageId);
      },
      take: (messageId) => notes.delete(messageId)
    },
    clock: { now: () => 1_000_000 + ++time, monotonic: () => ++time },
    newId: () => `${given ? 'later' : 'id'}-${++ids}`
  };
  const pipeline = createPipeline(deps);
  pipeline.progress.subscribe((all) => progress.push(...all.values()));
  await storage.settings.set({ targetLanguages: ['fr', 'de', 'es'] });

  return {
    storage,
    pipeline,
    deps,
    gates,
    calls,
    progress,
    count: (name) => calls.filter((call) => call.stage === name).length,
    async view(messageId) {
      const [message, job] = [
        await storage.store.get('messages', messageId),
        await storage.store.get('jobs', messageId)
      ];
      if (!message || !job) throw new Error(`no message ${messageId}`);
      const versions = await storage.store.where('versions', 'messageId', messageId);
      return {
        message,
        job,
        versions: Object.fromEntries(versions.map((version) => [version.language, version]))
      };
    },
    crash: () => storage.close(),
    leave() {
      watched.forEach((messageId) => notes.add(messageId));
      storage.close();
    },
    next: async (shared) => openTab(await storage.again(), shared, notes)
  };
}

/** Resolves when the stage has been asked. */
export function reached(tab: Tab, stage: Stage, gate: Gate = held): Promise<void> {
  return new Promise((resolve) => {
    tab.gates[stage] = (call) => {
      resolve();
      return gate(call);
    };
  });
}
