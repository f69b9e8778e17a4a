import {
  coded,
  messageRecordingId,
  removedSamples,
  storedError,
  type Reader,
  type TableName,
  type TrainingSession,
  type TrainingStep,
  type Unit,
  type VoiceSample
} from '$lib/storage';
import { TimbreError, type Audio } from '$workers/contract';
import { cancelled, isCancelled, unlessAborted } from '$lib/abort';
import { assess, type Assessment } from './assess';
import { enrolAll } from './enrol';
import { advance, isActive, MOST_STARTS, type Findings, type TrainingEvent } from './machine';
import { materialFor, recordingsOf, type Material } from './material';
import { consentingProfile, DAY_MS, saveModel } from './models';
import { counts, isOfTheSound, languageOf, soundOf } from './recordings';
import type { TrainingDeps } from './types';

/** Sound that an engine is given to learn a voice from: more makes it slower and hardly better. */
const MOST_CLIPS_MS = 60_000;

/** A model's fractions are kept in so many steps: each is a row written. */
const FRACTION_STEPS = 20;

/** One run of one session: what its steps share. */
interface Run {
  readonly deps: TrainingDeps;
  /** The session as this run last stored it. */
  session: TrainingSession;
  readonly signal: AbortSignal;
  readonly embeddingModel: string;
  /** Read again by a run that goes on after a reload. */
  material?: Material | undefined;
  assessment?: Assessment | undefined;
}

/** What a step adds to the session; null: the recordings changed, look at them again. */
type Step = (run: Run) => Promise<Findings | null>;

const WORK: Record<Exclude<TrainingStep, 'save'>, Step> = {
  check,
  embed,
  outliers,
  centroid,
  calibrate,
  enrol
};

/**
 * Takes one session as far as it goes, each step stored before the next begins. Its end, good or bad, is in its row;
 * this rejects only when the tables can't be written. The old voice model is in use until the new one is saved.
 */
export async function runTraining(
  deps: TrainingDeps,
  sessionId: string,
  controller: AbortController
): Promise<void> {
  const begun = await begin(deps, sessionId);
  if (!begun) return;
  const unwatch = watch(deps, sessionId, controller);
  const { signal } = controller;
  let run: Run | undefined;
  try {
    const embeddingModel = await unlessAborted(signal, async () => deps.embeddingModel());
    run = { deps, session: begun, signal, embeddingModel };
    while (isActive(run.session)) {
      if ((run.session.work?.starts ?? 0) > MOST_STARTS)
        throw new TimbreError('worker/crashed', `${run.session.currentStep} was begun ${MOST_STARTS} times`);
      const { currentStep } = run.session;
      if (currentStep === 'save') await save(run);
      else await finish(run, await WORK[currentStep](run));
    }
  } catch (error) {
    const event: TrainingEvent = isCancelled(error)
      ? { type: 'cancelled', at: deps.clock.now() }
      : { type: 'failed', error: storedError(error), at: deps.clock.now() };
    await end(deps, sessionId, event);
  } finally {
    unwatch();
  }
}

function begin(deps: TrainingDeps, sessionId: string): Promise<TrainingSession | null> {
  return deps.storage.store.write(['trainings'], async (unit) => {
    const session = await unit.get('trainings', sessionId);
    if (!session || !isActive(session)) return null;
    const begun = advance(session, { type: 'begun', at: deps.clock.now() });
    await unit.put('trainings', begun);
    return begun;
  });
}

/** A session that anyone ended, in any tab, or that is gone with its profile, ends this run's work at once. */
function watch({ storage }: TrainingDeps, sessionId: string, controller: AbortController): () => void {
  const live = storage.store.live(async (reader) => {
    const session = await reader.get('trainings', sessionId);
    return session !== undefined && isActive(session);
  });
  return live.subscribe((active) => {
    if (active === false) controller.abort();
  });
}

/** Who ended it already has the last word. */
function end({ storage }: TrainingDeps, sessionId: string, event: TrainingEvent): Promise<void> {
  return storage.store.write(['trainings'], async (unit) => {
    const session = await unit.get('trainings', sessionId);
    if (session) await unit.put('trainings', advance(session, event));
  });
}

/** Stores what this run found. Of a session that has ended meanwhile nothing is stored: 'job/cancelled'. */
async function commit(
  run: Run,
  event: TrainingEvent,
  tables: readonly TableName[] = [],
  also?: (unit: Unit) => Promise<void>
): Promise<void> {
  if (run.signal.aborted) throw cancelled();
  run.session = await run.deps.storage.store.write(['trainings', ...tables], async (unit) => {
    const session = await unit.get('trainings', run.session.id);
    if (!session || !isActive(session)) throw cancelled();
    await also?.(unit);
    const next = advance(session, event);
    await unit.put('trainings', next);
    return next;
  });
}

async function finish(run: Run, found: Findings | null): Promise<void> {
  const at = run.deps.clock.now();
  await commit(run, found ? { type: 'finished', found, at } : { type: 'changed', at });
}

function worked(run: Run, done: number, total: number): TrainingEvent & { type: 'worked' } {
  return { type: 'worked', done, total, at: run.deps.clock.now() };
}

async function materialOf(run: Run): Promise<Material> {
  const { store, settings } = run.deps.storage;
  run.material ??= await materialFor(store, run.session, await settings.get());
  return run.material;
}

/** Whether the person may be modelled, and of what. */
async function check(run: Run): Promise<Findings> {
  const { deps, session } = run;
  run.material = undefined;
  run.assessment = undefined;
  await consentingProfile(deps.storage.store, session.speakerProfileId, deps.clock.now());
  const { samples, messages } = await materialOf(run);
  const all = [...samples.filter(counts), ...messages];
  return {
    sampleCount: all.length,
    totalDurationMs: all.reduce((sum, { durationMs }) => sum + durationMs, 0)
  };
}

/** Every recording gets its vector, unless it has one. Each is stored at once: it is never made twice. */
async function embed(run: Run): Promise<Findings> {
  const { samples, messages } = await materialOf(run);
  const total = samples.filter(counts).length + messages.length;
  const unknown = samples.filter(
    (sample) => counts(sample) && (!sample.embedding || sample.embeddingModel !== run.embeddingModel)
  );
  const listened = new Set([
    ...(run.session.work?.recordings.map(({ messageId }) => messageId) ?? []),
    ...(run.session.work?.unheard ?? [])
  ]);
  const unheard = messages.filter(({ messageId }) => !listened.has(messageId));
  let done = total - unknown.length - unheard.length;
  if (done > 0) await commit(run, worked(run, done, total));
  for await (const [sample, embedding] of vectorsOf(run, unknown))
    await commit(run, worked(run, ++done, total), ['samples'], (unit) => keep(run, unit, sample, embedding));
  for await (const [{ messageId, durationMs }, embedding] of vectorsOf(run, unheard)) {
    const { recordings = [], unheard: silent = [] } = run.session.work ?? {};
    const work = embedding
      ? { recordings: [...recordings, { messageId, embedding, durationMs }] }
      : { unheard: [...silent, messageId] };
    await commit(run, { ...worked(run, ++done, total), work });
  }
  run.material = undefined;
  return {};
}

/** The sound of a recording, or why there is none. */
type Sound = { audio: Audio } | { error: unknown };

/** Each recording with its vector, in order. While one is listened to, the sound of the next is decoded. */
async function* vectorsOf<R extends { audioId: string }>(
  run: Run,
  recordings: readonly R[]
): AsyncGenerator<[R, Float32Array | null]> {
  const decode = (recording: R | undefined) =>
    recording &&
    soundOf(run.deps, recording.audioId, run.signal).then(
      (audio): Sound => ({ audio }),
      (error: unknown): Sound => ({ error })
    );
  let next = decode(recordings[0]);
  for (const [i, recording] of recordings.entries()) {
    const sound = await unlessAborted(run.signal, async () => next);
    next = decode(recordings[i + 1]);
    if (sound) yield [recording, await vectorOf(run, sound)];
  }
}

/** Null: there is nothing to be heard in it, or it can't be read; the others do. */
async function vectorOf({ deps, signal }: Run, sound: Sound): Promise<Float32Array | null> {
  try {
    if ('error' in sound) throw sound.error;
    return await unlessAborted(signal, async () => deps.engines.embed(sound.audio, { signal }));
  } catch (error) {
    if (!isOfTheSound(error)) throw error;
    deps.onProblem(coded(error));
    return null;
  }
}

async function keep(
  run: Run,
  unit: Unit,
  { id }: VoiceSample,
  embedding: Float32Array | null
): Promise<void> {
  const sample = await unit.get('samples', id);
  if (sample && embedding)
    await unit.put('samples', { ...sample, embedding, embeddingModel: run.embeddingModel });
}

async function assessmentOf(run: Run): Promise<Assessment> {
  run.assessment ??= assess(recordingsOf(await materialOf(run), run.session, run.embeddingModel));
  return run.assessment;
}

async function outliers(run: Run): Promise<Findings> {
  const { totalDurationMs } = await assessmentOf(run);
  return { totalDurationMs };
}

async function centroid(run: Run): Promise<Findings> {
  const found = await assessmentOf(run);
  return { centroidEmbedding: found.centroid, intraClassVariance: found.intraClassVariance };
}

async function calibrate(run: Run): Promise<Findings> {
  const { confidenceScore } = await assessmentOf(run);
  return { confidenceScore };
}

async function enrol(run: Run): Promise<Findings | null> {
  const { deps, session, signal } = run;
  const { samples } = await materialOf(run);
  const found = await assessmentOf(run);
  if (await isChanged(deps.storage.store, session.speakerProfileId, found)) return null;
  const writer = fractionWriter(run);
  await enrolAll(
    deps.enrollers,
    {
      profileId: session.speakerProfileId,
      centroid: found.centroid,
      language: await languageOf(deps.storage.store, session.speakerProfileId, samples),
      clips: () => clipsFor(run, found)
    },
    {
      signal,
      known: { conditioning: session.work?.conditioning ?? {}, leftOut: session.leftOut ?? [] },
      onFraction: writer.write,
      async onEngine(done, total, { conditioning, leftOut }) {
        await writer.settled();
        await commit(run, { ...worked(run, done, total), work: { conditioning }, leftOut });
      }
    }
  );
  await writer.settled();
  return {};
}

/** Keeps an engine's fractions, a few of them, one after another. */
function fractionWriter(run: Run): { write(done: number, total: number): void; settled(): Promise<void> } {
  let written = 0;
  let failure: { error: unknown } | undefined;
  let last = Promise.resolve();
  return {
    write(done, total) {
      if (done - written < 1 / FRACTION_STEPS || run.signal.aborted) return;
      written = done;
      last = last
        .then(() => commit(run, worked(run, done, total)))
        .catch((error: unknown) => {
          failure ??= { error };
        });
    },
    async settled() {
      await last;
      if (failure) throw failure.error;
    }
  };
}

/** The recordings that count, those most like the voice first, up to what an engine needs. */
async function clipsFor(run: Run, { samples: placed }: Assessment): Promise<Audio[]> {
  const { samples, messages } = await materialOf(run);
  const audioIds = new Map([
    ...samples.map(({ id, audioId }) => [id, audioId] as const),
    ...messages.map(({ messageId, audioId }) => [messageRecordingId(messageId), audioId] as const)
  ]);
  const best = placed
    .filter(({ setAside }) => setAside === null)
    .sort((a, b) => b.weight * b.similarity - a.weight * a.similarity);
  const clips: Audio[] = [];
  let lengthMs = 0;
  for (const { sampleId } of best) {
    const audioId = audioIds.get(sampleId);
    if (audioId === undefined || lengthMs >= MOST_CLIPS_MS) continue;
    const clip = await soundOf(run.deps, audioId, run.signal);
    lengthMs += (1000 * clip.samples.length) / clip.sampleRateHz;
    clips.push(clip);
  }
  return clips;
}

/** Whether a sample that counts was taken away since: its share in the voice goes with it. */
async function isChanged(
  reader: Pick<Reader, 'where'>,
  profileId: string,
  found: Assessment
): Promise<boolean> {
  const samples = await reader.where('samples', 'speakerProfileId', profileId);
  return removedSamples(found, new Set(samples.map(({ id }) => id))).length > 0;
}

async function save(run: Run): Promise<void> {
  const { deps, embeddingModel, signal } = run;
  const assessment = await assessmentOf(run);
  const { voiceModelMaxAgeDays } = await deps.storage.settings.get();
  if (signal.aborted) throw cancelled();
  run.session = await deps.storage.store.write(
    ['trainings', 'voiceModels', 'profiles', 'samples'],
    async (unit) => {
      const session = await unit.get('trainings', run.session.id);
      if (!session || !isActive(session)) throw cancelled();
      const at = deps.clock.now();
      let next: TrainingSession;
      if (await isChanged(unit, session.speakerProfileId, assessment))
        next = advance(session, { type: 'changed', at });
      else {
        const { version } = await saveModel(unit, {
          profileId: session.speakerProfileId,
          origin: session.origin ?? 'trained',
          assessment,
          embeddingModel,
          conditioning: session.work?.conditioning ?? {},
          at,
          dueAt: at + voiceModelMaxAgeDays * DAY_MS
        });
        const found = {
          centroidEmbedding: assessment.centroid,
          intraClassVariance: assessment.intraClassVariance,
          confidenceScore: assessment.confidenceScore,
          totalDurationMs: assessment.totalDurationMs
        };
        next = advance(session, { type: 'completed', modelVersion: version, found, at });
      }
      await unit.put('trainings', next);
      return next;
    }
  );
}
