/** The door for tests: training and the policy over real tables, with an encoder that knows who speaks in a "sound". */
import { tabLocks, type Locks } from '$lib/locks';
import {
  ME,
  type AudioMessage,
  type SpeakerProfile,
  type TrainingSession,
  type TrainingStep,
  type VoiceSample
} from '$lib/storage';
import { openTestStorage, type TestStorage } from '$lib/storage/index.testing';
import { typedMessage } from '$lib/messages/messages.testing';
import { TimbreError, type Audio } from '$workers/contract';
import type { VoiceEnroller } from '../types';
import { DAY_MS } from './models';
import { createVoicePolicy } from './policy';
import { createTraining, type TrainingHere } from './training';
import type { TrainingDeps } from './types';

const RATE_HZ = 16_000;
export const ENCODER = 'fake/encoder';
export const START = 100 * DAY_MS;

/** Who speaks, which take of theirs it is, and for how long. Nobody (0): silence. */
export interface Said {
  voice: number;
  take: number;
  durationMs: number;
}

export function soundFile({ voice, take, durationMs }: Said): Blob {
  return new Blob([`${voice} ${take} ${durationMs}`], { type: 'audio/wav' });
}

export function sound({ voice, take, durationMs }: Said, sampleRateHz = RATE_HZ): Audio {
  const samples = new Float32Array(Math.round((durationMs * sampleRateHz) / 1000));
  samples.set([voice / 1000, take / 1000].slice(0, samples.length));
  return { samples, sampleRateHz };
}

/** A voice with as much of something else in it as takes of one person have: cosines of about 0.6 between two. */
export function vectorOf(voice: number, take: number): Float32Array {
  const [own, other] = [seeded(voice), seeded(1000 * voice + take + 1)];
  return unit(own.map((x, i) => x + 0.8 * (other[i] ?? 0)));
}

function seeded(seed: number): Float32Array {
  let state = 2654435761 * (seed + 1);
  const random = () => {
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  for (let i = 0; i < 10; i++) random();
  return unit(Float32Array.from({ length: 192 }, random));
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

export interface Studio {
  storage: TestStorage;
  deps: TrainingDeps;
  training: TrainingHere;
  policy: ReturnType<typeof createVoicePolicy>;
  /** What the encoder and the engines were asked, in order. */
  calls: string[];
  problems: TimbreError[];
  /** Called before an answer. A promise that stays open holds it, one that rejects fails it. */
  gates: {
    embed?: (said: Omit<Said, 'durationMs'>) => Promise<void> | void;
    enrol?: (engine: string) => Promise<void> | void;
    /** After the session's row was written: the step that begins, or goes on, now. */
    step?: (session: TrainingSession) => Promise<void> | void;
  };
  time: { now: number };
  encoder: { name: string };
  count(call: string): number;
  sample(id: string, said: Said, change?: Partial<VoiceSample>): Promise<void>;
  message(id: string, said: Said, change?: Partial<AudioMessage>): Promise<void>;
  profile(id: string, change?: Partial<SpeakerProfile>): Promise<void>;
  /** As a browser ends a tab: nothing of it runs on. */
  crash(): void;
  /** Another tab on the same tables. Its locks are free unless they are shared. */
  next(locks?: Locks): Promise<Studio>;
}

export function enroller(
  name: string,
  studio: () => Pick<Studio, 'gates' | 'calls'>,
  here = true
): VoiceEnroller {
  return {
    name,
    available: () => Promise.resolve(here),
    async enrol({ clips, language, centroid }, { onFraction }) {
      studio().calls.push(`enrol ${name}`);
      onFraction?.(0.5);
      await studio().gates.enrol?.(name);
      return { clips: clips.length, language, first: centroid[0] };
    }
  };
}

export async function openStudio(
  given?: TestStorage,
  locks: Locks = tabLocks(),
  shared?: Pick<Studio, 'time' | 'encoder'>
): Promise<Studio> {
  const storage = given ?? (await openTestStorage());
  const time = shared?.time ?? { now: START };
  const encoder = shared?.encoder ?? { name: ENCODER };
  const calls: string[] = [];
  const problems: TimbreError[] = [];
  const gates: Studio['gates'] = {};
  const here = () => ({ gates, calls });
  const { write } = storage.store;
  storage.store.write = async (tables, work) => {
    const result = await write.call(storage.store, tables, work);
    if (isSession(result)) await gates.step?.(result);
    return result as never;
  };
  let ids = 0;
  const deps: TrainingDeps = {
    storage,
    engines: {
      async embed({ samples, sampleRateHz }, { onProgress } = {}) {
        if (sampleRateHz !== RATE_HZ) throw new TimbreError('input/invalid', 'not 16 kHz');
        const [voice = 0, take = 0] = Array.from(samples.subarray(0, 2), (x) => Math.round(1000 * x));
        calls.push(`embed ${voice}/${take}`);
        onProgress?.({ stage: 'voice', fraction: 0.5 });
        await gates.embed?.({ voice, take });
        if (samples.length < RATE_HZ / 2) throw new TimbreError('audio/too-short', 'short');
        if (voice === 0) throw new TimbreError('speech/none-found', 'silent');
        return vectorOf(voice, take);
      }
    },
    embeddingModel: () => encoder.name,
    async decode(blob) {
      const [voice = 0, take = 0, durationMs = 0] = (await blob.text()).split(' ').map(Number);
      return sound({ voice, take, durationMs });
    },
    resample: (samples, fromHz, toHz) => {
      const found = new Float32Array(Math.round((samples.length * toHz) / fromHz));
      found.set(samples.subarray(0, 2));
      return found;
    },
    enrollers: [enroller('slow', here), enroller('quick', here), enroller('elsewhere', here, false)],
    quickEnrollers: [enroller('quick', here)],
    locks,
    clock: { now: () => ++time.now, monotonic: () => time.now },
    newId: () => `${given ? 'later' : 'id'}-${++ids}`,
    onProblem: (problem) => problems.push(problem)
  };
  const put = async (id: string, audioId: string, said: Said) =>
    storage.audio.put(audioId, id, soundFile(said), time.now);

  return {
    storage,
    deps,
    training: createTraining(deps),
    policy: createVoicePolicy(deps),
    calls,
    problems,
    gates,
    time,
    encoder,
    count: (call) => calls.filter((each) => each.startsWith(call)).length,
    async sample(id, said, change = {}) {
      await put(id, `sound-${id}`, said);
      const row: VoiceSample = { ...blankSample(id, said.durationMs, ++time.now), ...change };
      await storage.store.write(['samples'], (unit) => unit.put('samples', row));
    },
    async message(id, said, change = {}) {
      await put(id, `sound-${id}`, said);
      const row = typedMessage(id, 'Hello', ++time.now, {
        source: 'recorded',
        original: {
          audioId: `sound-${id}`,
          name: '',
          mimeType: 'audio/wav',
          sizeBytes: 1,
          durationMs: said.durationMs,
          container: 'wav',
          codec: 'pcm',
          peaks: []
        },
        ...change
      });
      await storage.store.write(['messages'], (unit) => unit.put('messages', row));
    },
    async profile(id, change = {}) {
      const row = { id, name: id, consent: null, modelVersion: null, createdAt: 1, updatedAt: 1, ...change };
      await storage.store.write(['profiles'], (unit) => unit.put('profiles', row));
    },
    crash: () => storage.close(),
    next: async (free) => openStudio(await storage.again(), free, { time, encoder })
  };
}

/** Somebody else's consent. */
export const CONSENT: NonNullable<SpeakerProfile['consent']> = {
  audioId: 'consent',
  text: 'Yes',
  language: 'en',
  givenAt: 1,
  durationMs: 3000,
  peaks: [],
  embedding: vectorOf(9, 9),
  similarity: null
};

function isSession(result: unknown): result is TrainingSession {
  return typeof result === 'object' && result !== null && 'currentStep' in result;
}

function blankSample(id: string, durationMs: number, createdAt: number): VoiceSample {
  return {
    id,
    speakerProfileId: ME,
    source: 'guided',
    messageId: null,
    audioId: `sound-${id}`,
    originalName: '',
    mimeType: 'audio/wav',
    sizeBytes: 1,
    durationMs,
    peaks: [],
    language: 'fr',
    phraseText: null,
    phraseCategory: null,
    transcript: null,
    quality: null,
    problems: [],
    kept: false,
    weight: 1,
    embedding: null,
    embeddingModel: '',
    status: 'completed',
    error: null,
    createdAt,
    processedAt: createdAt
  };
}

/** Resolves when a training of this tab comes to the step for the first time, and holds it there. */
export function heldAt(studio: Studio, step: TrainingStep): Promise<TrainingSession> {
  return new Promise((resolve) => {
    studio.gates.step = (session) => {
      if (session.status !== 'processing' || session.currentStep !== step) return;
      resolve(session);
      return new Promise(() => {});
    };
  });
}
