import type { Live, Unit, VoiceSample } from '$lib/storage';
import { TimbreError, type Lang } from '$workers/contract';
import { ensureProfile } from '../profiles/rows';
import type { Samples } from '../types';
import { piecesOf } from './cut';
import { messagesFor, takeMessages } from './fromMessages';
import { isUnfinished } from './process';
import { SampleQueue } from './queue';
import { removeSample } from './remove';
import { displayName, freshSample, sampleOf, type Fresh } from './rows';
import { weighAgain } from './weigh';
import type { StudioDeps } from './types';

/** Samples over the tables, and the queue that works on them. `idle` resolves when this tab has no work left. */
export function createSamples(deps: StudioDeps): Samples & { idle(): Promise<void> } {
  const { store, audio } = deps.storage;
  const queue = new SampleQueue(deps);

  /** Row and sound together: on a full disk both are held in memory. */
  async function keepAll(profileId: string, fresh: readonly Fresh[]): Promise<void> {
    await store.write(['profiles', 'samples', 'audio'], async (unit) => {
      await ensureProfile(unit, profileId, deps.clock.now());
      for (const { sample, sound } of fresh) {
        if (sound) await unit.put('audio', sound);
        await unit.put('samples', sample);
      }
    });
    queue.kick();
  }

  async function change(id: string, work: (unit: Unit, sample: VoiceSample) => Promise<void>): Promise<void> {
    await store.write(['samples'], async (unit) => work(unit, await sampleOf(unit, id)));
  }

  return {
    of: (profileId): Live<VoiceSample[]> =>
      store.live(async (reader) =>
        (await reader.where('samples', 'speakerProfileId', profileId)).sort(
          (a, b) => b.createdAt - a.createdAt
        )
      ),

    async add(given) {
      const known = given.takeId === undefined ? undefined : await store.get('samples', given.takeId);
      if (known) return known;
      const fresh = await freshSample(deps, given);
      await keepAll(given.speakerProfileId, [fresh]);
      return fresh.sample;
    },

    async addFreestyle(profileId, blob, { language, signal } = {}) {
      const pieces = await cut(deps, blob, signal);
      const fresh: Fresh[] = [];
      for (const [order, piece] of pieces.entries())
        fresh.push(await freshSample(deps, freestyle(profileId, piece, language), order));
      if (signal?.aborted) throw new TimbreError('job/cancelled', 'no longer wanted');
      await keepAll(profileId, fresh);
      return fresh.map(({ sample }) => sample);
    },

    fromMessages: (profileId) => store.live((reader) => messagesFor(reader, profileId)),

    async addMessages(profileId, messageIds) {
      await takeMessages(deps, profileId, messageIds);
      queue.kick();
    },

    async retry(id) {
      await change(id, async (unit, sample) => {
        if (sample.status !== 'failed') return;
        await unit.put('samples', { ...sample, status: 'pending', starts: 0, error: null });
      });
      queue.kick();
    },

    keep: (id, kept) =>
      change(id, async (unit, sample) => {
        await unit.put('samples', { ...sample, kept });
        await weighAgain(unit, sample.speakerProfileId);
      }),

    rename: (id, name) =>
      change(id, (unit, sample) => unit.put('samples', { ...sample, originalName: displayName(name) })),

    async remove(id) {
      const { undo, forget } = await removeSample(deps, id);
      return {
        async undo() {
          await undo();
          queue.kick();
        },
        forget
      };
    },

    async sound(id) {
      return audio.get((await sampleOf(store, id)).audioId);
    },

    async resume() {
      if ((await store.all('samples')).some(isUnfinished)) queue.kick();
    },

    working: queue.working,
    idle: () => queue.idle()
  };
}

function freestyle(speakerProfileId: string, blob: Blob, language: Lang | undefined) {
  const source = 'freestyle' as const;
  return { speakerProfileId, source, blob, name: '', ...(language ? { language } : {}) };
}

/** The recording's pieces, each a WAV file. Errors: `audio/…`, `speech/none-found`, `job/cancelled`. */
async function cut(deps: StudioDeps, blob: Blob, signal: AbortSignal | undefined): Promise<Blob[]> {
  const options = signal ? { signal } : {};
  const { samples, sampleRateHz } = await deps.decode(blob, options);
  const sound = { samples, sampleRateHz };
  const pieces: Blob[] = [];
  for (const { from, to } of piecesOf(sound, await speechOrAll(deps, sound)))
    pieces.push(await deps.encodeWav({ samples: samples.subarray(from, to), sampleRateHz }, options));
  return pieces;
}

/** Where nothing stands out from the noise, somebody may speak in it all the same: then all of it counts. */
async function speechOrAll(deps: StudioDeps, sound: Parameters<StudioDeps['speechIn']>[0]) {
  const stretches = await deps.speechIn(sound);
  if (stretches.length > 0) return stretches;
  if ((await deps.measure(sound)).rmsDbfs < SILENT_DBFS)
    throw new TimbreError('speech/none-found', 'the recording is silent');
  return [{ from: 0, to: sound.samples.length }];
}

/** Nobody speaks below this. */
const SILENT_DBFS = -70;
