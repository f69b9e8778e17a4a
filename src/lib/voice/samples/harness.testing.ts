/** Samples and profiles over real storage, with recordings that say what is heard in them, and engines that can be held. */
import { measure } from '$lib/audio/measure';
import { tabLocks, type Locks } from '$lib/locks';
import { ME, type VoiceSample } from '$lib/storage';
import { openTestStorage, type TestStorage } from '$lib/storage/index.testing';
import { TimbreError, type Audio, type ErrorCode, type Lang } from '$workers/contract';
import { createProfiles } from '../profiles';
import type { NewSample, Profiles } from '../types';
import { createSamples } from './samples';
import { foldedWords, sharedWords } from './words';
import type { Stretch, StudioDeps } from './types';

/** What there is to hear in a recording. What is left out is as in a good one. */
export interface Recording {
  says?: string;
  /** What is really said, where the recogniser writes something else down. */
  reads?: string;
  /** Who speaks: voices are at right angles to each other, and two recordings of one have a cosine of 0.94. */
  voice?: number;
  confidence?: number;
  model?: string;
  language?: Lang;
  durationMs?: number;
  speechShare?: number;
  speechDbfs?: number;
  snrDb?: number;
  clippingShare?: number;
  stretches?: Stretch[];
  /** Of the file. */
  rateHz?: number;
  /** It can't be decoded. */
  bad?: ErrorCode;
}

/** One number of sound stands for a millisecond. */
const RATE_HZ = 1000;
const SAYS = 'I left the keys on the table';

export function recording(what: Recording = {}): Blob {
  return new Blob([JSON.stringify(what)], { type: 'audio/webm' });
}

type Step = 'decode' | 'transcribe' | 'embed';
/** Called when a step begins. A promise that stays open holds it, one that rejects fails it. */
type Gate = (call: { what: string; signal: AbortSignal | undefined }) => Promise<void> | void;

export const held: Gate = () => new Promise(() => {});

export interface Studio {
  storage: TestStorage;
  samples: ReturnType<typeof createSamples>;
  profiles: Profiles;
  deps: StudioDeps;
  gates: Partial<Record<Step, Gate>>;
  calls: { step: Step; what: string; language?: Lang }[];
  problems: TimbreError[];
  /** Adds it for `me` and waits until it is judged. */
  judged(what?: Recording, change?: Partial<NewSample>): Promise<VoiceSample>;
  row(id: string): Promise<VoiceSample>;
  rows(profileId?: string): Promise<VoiceSample[]>;
  /** As a browser ends a tab: nothing of it runs on. */
  crash(): void;
  /** The next tab, on the same tables. Its locks are free unless they are shared. */
  next(locks?: Locks): Promise<Studio>;
}

export async function openStudio(given?: TestStorage, locks: Locks = tabLocks(), tab = 1): Promise<Studio> {
  const storage = given ?? (await openTestStorage());
  const gates: Studio['gates'] = {};
  const calls: Studio['calls'] = [];
  const problems: TimbreError[] = [];
  const heard = new WeakMap<Float32Array, Recording>();
  const of = ({ samples }: Audio): Recording => heard.get(samples) ?? {};
  let [ids, time] = [0, 0];
  const step = async (name: Step, what: string, signal?: AbortSignal, language?: Lang) => {
    calls.push({ step: name, what, ...(language ? { language } : {}) });
    await unlessAborted(signal, gates[name]?.({ what, signal }));
  };

  const deps: StudioDeps = {
    storage,
    engines: {
      async transcribe(audio, { signal, language, onProgress } = {}) {
        const {
          says = SAYS,
          confidence = 0.5,
          model = 'starter/whisper',
          language: spoken = 'en'
        } = of(audio);
        onProgress?.({ stage: 'transcribe', fraction: 0.5 });
        await step('transcribe', says, signal, language);
        return {
          text: says,
          language: language ?? spoken,
          languageGuesses: [],
          confidence: says ? confidence : 0,
          source: 'whisper',
          segments: [],
          durationMs: audio.samples.length,
          model
        };
      },
      textFit(audio, texts) {
        const { says = SAYS, reads = says } = of(audio);
        const words = foldedWords(reads);
        return Promise.resolve(texts.map((text) => sharedWords(foldedWords(text), words)));
      },
      async embed(audio, { signal, onProgress } = {}) {
        const { says = SAYS, voice = 0 } = of(audio);
        onProgress?.({ stage: 'voice', fraction: 0.5 });
        await step('embed', says, signal);
        const own = 10 + [...says].reduce((sum, letter) => (7 * sum + letter.charCodeAt(0)) % 180, 0);
        return unit(Float32Array.from({ length: 192 }, (_, i) => (i === voice ? 1 : i === own ? 0.25 : 0)));
      }
    },
    embeddingModel: () => Promise.resolve('fake/ecapa'),
    async decode(blob, { signal, onProgress }) {
      const what = JSON.parse(await blob.text()) as Recording;
      onProgress?.({ stage: 'decode', fraction: 0.5 });
      await step('decode', what.says ?? SAYS, signal);
      if (what.bad) throw new TimbreError(what.bad, 'as asked');
      const samples = new Float32Array(what.durationMs ?? 4000);
      heard.set(samples, what);
      return {
        samples,
        sampleRateHz: RATE_HZ,
        durationMs: samples.length,
        sourceRateHz: what.rateHz ?? 48_000
      };
    },
    async encodeWav(audio, { signal }) {
      if (signal?.aborted) throw new TimbreError('job/cancelled', 'aborted');
      const from = audio.samples.byteOffset / Float32Array.BYTES_PER_ELEMENT;
      const piece: Recording = { says: `piece ${from}–${from + audio.samples.length}`, durationMs: audio.samples.length }; // prettier-ignore
      return new Blob([JSON.stringify(piece)], { type: 'audio/wav' });
    },
    measure(audio) {
      const { speechShare = 0.8, speechDbfs = -22, snrDb = 30, clippingShare = 0 } = of(audio);
      const rmsDbfs = speechDbfs - 1;
      const figures = {
        speechShare,
        speechDbfs,
        snrDb,
        clippingShare,
        rmsDbfs,
        durationMs: audio.samples.length
      };
      return { ...measure(audio), ...figures };
    },
    peaks: () => [0.5, 1],
    speechIn: (audio) => of(audio).stretches ?? [],
    locks,
    clock: { now: () => 1_000_000 * tab + ++time },
    newId: () => `tab${tab}-${++ids}`,
    onProblem: (problem) => problems.push(problem)
  };
  const samples = createSamples(deps);
  const row = async (id: string) => {
    const found = await storage.store.get('samples', id);
    if (!found) throw new Error(`no sample ${id}`);
    return found;
  };

  return {
    storage,
    samples,
    profiles: createProfiles(deps),
    deps,
    gates,
    calls,
    problems,
    async judged(what = {}, change = {}) {
      const { id } = await samples.add({ ...newSample(recording(what)), ...change });
      await samples.idle();
      return row(id);
    },
    row,
    rows: async (profileId = ME) =>
      (await storage.store.where('samples', 'speakerProfileId', profileId)).sort(
        (a, b) => a.createdAt - b.createdAt
      ),
    crash: () => storage.close(),
    next: async (shared) => openStudio(await storage.again(), shared, tab + 1)
  };
}

export function newSample(blob: Blob, change: Partial<NewSample> = {}): NewSample {
  return { speakerProfileId: ME, source: 'file', blob, name: '', ...change };
}

/** Resolves when the step has been asked. */
export function reached(studio: Studio, step: Step, gate: Gate = held): Promise<void> {
  return new Promise((resolve) => {
    studio.gates[step] = (call) => {
      resolve();
      return gate(call);
    };
  });
}

/** As the bridge to the engines does: an aborted call rejects at once. */
function unlessAborted(signal: AbortSignal | undefined, work: Promise<void> | void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new TimbreError('job/cancelled', 'aborted'));
    if (signal?.aborted) return stop();
    signal?.addEventListener('abort', stop, { once: true });
    Promise.resolve(work).then(resolve, reject);
  });
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

/** The next value that fits. */
export function when<T>(
  live: { subscribe(run: (value: T) => void): () => void },
  fits: (value: NonNullable<T>) => boolean
): Promise<NonNullable<T>> {
  return new Promise((resolve) => {
    const end = { stop: () => {}, over: false };
    end.stop = live.subscribe((value) => {
      if (value === undefined || value === null || end.over || !fits(value)) return;
      end.over = true;
      queueMicrotask(() => end.stop());
      resolve(value);
    });
  });
}
