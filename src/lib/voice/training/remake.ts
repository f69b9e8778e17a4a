import { removedSamples, type TableName, type Unit, type VoiceModel } from '$lib/storage';
import { MATCHED } from '$workers/contract';
import { canComeBack } from '../samples/removal';
import { assess, type Assessment, type Recording } from './assess';
import { isActive } from './machine';
import { saveModel } from './models';
import { counts, recordingOf, usualWeight } from './recordings';
import type { TrainingDeps } from './types';

type RemakeDeps = Pick<TrainingDeps, 'storage' | 'locks'> & { clock: Pick<TrainingDeps['clock'], 'now'> };

/**
 * What an engine made of a voice outlives a recording where it is a base voice's few settings. A vector of the
 * recordings themselves has the deleted one's share: that engine learns the voice anew with the next training.
 */
const OUTLIVES: readonly string[] = [MATCHED];

const TABLES: readonly TableName[] = ['voiceModels', 'profiles', 'samples', 'trainings'];

/**
 * Takes the share of samples that were removed for good out of a person's voice models. The one in use is made anew, as
 * a new version, from the vectors of its other recordings; without any it goes. Every version with such a share goes,
 * and so does what its training kept. Nothing happens while one of these samples can still be had back: whoever
 * can do that comes here afterwards. Errors: `storage/…`.
 */
export async function leaveOutRemoved(deps: RemakeDeps, profileId: string): Promise<void> {
  const { store } = deps.storage;
  const gone = new Set((await withShares(store, profileId)).flatMap(({ removed }) => removed));
  if (gone.size === 0) return;
  for (const sampleId of gone) if (await canComeBack(deps.locks, sampleId)) return;
  await store.write(TABLES, (unit) => remakeIn(unit, profileId, deps.clock.now()));
}

/** The same for everybody: what a tab left that was closed before it came to it. */
export async function leaveOutAllRemoved(deps: RemakeDeps): Promise<void> {
  const models = await deps.storage.store.all('voiceModels');
  for (const profileId of new Set(models.map(({ speakerProfileId }) => speakerProfileId)))
    await leaveOutRemoved(deps, profileId);
}

/** The versions in which a sample counts that is no longer there, and those samples. */
async function withShares(
  reader: Pick<Unit, 'where'>,
  profileId: string
): Promise<{ model: VoiceModel; removed: string[] }[]> {
  const samples = await reader.where('samples', 'speakerProfileId', profileId);
  const there = new Set(samples.map(({ id }) => id));
  return (await reader.where('voiceModels', 'speakerProfileId', profileId))
    .map((model) => ({ model, removed: removedSamples(model, there) }))
    .filter(({ removed }) => removed.length > 0);
}

async function remakeIn(unit: Unit, profileId: string, at: number): Promise<void> {
  const concerned = (await withShares(unit, profileId)).map(({ model }) => model);
  const profile = await unit.get('profiles', profileId);
  const inUse = concerned.find(({ version }) => version === profile?.modelVersion);
  if (profile && inUse) {
    const assessment = await withoutRemoved(unit, inUse);
    if (assessment)
      await saveModel(unit, {
        profileId,
        origin: 'remade',
        assessment,
        embeddingModel: inUse.embeddingModel,
        conditioning: Object.fromEntries(
          Object.entries(inUse.conditioning).filter(([engine]) => OUTLIVES.includes(engine))
        ),
        at,
        // Nothing new was heard: the voice is as old as it was.
        renewedAt: inUse.updatedAt,
        dueAt: inUse.nextRecalibrationAt
      });
    else await unit.put('profiles', { ...profile, modelVersion: null, updatedAt: at });
  }
  for (const { id } of concerned) await unit.remove('voiceModels', id);
  await forgetCentroids(unit, profileId);
}

/** The model's recordings that are still there, assessed anew. Null: none of them counts. */
async function withoutRemoved(
  unit: Unit,
  { speakerProfileId, samples: placed, embeddingModel }: VoiceModel
): Promise<Assessment | null> {
  const samples = await unit.where('samples', 'speakerProfileId', speakerProfileId);
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  const recordings = placed.flatMap(({ sampleId, weight, setAside, embedding, durationMs }): Recording[] => {
    const sample = byId.get(sampleId);
    if (sample) return [recordingOf(sample, embeddingModel)].filter((one) => one !== null);
    // A message's recording has its vector here. Older versions lack it: it comes back with the next recalibration.
    if (!embedding || durationMs === undefined) return [];
    // What looked like another voice may have been right.
    const weighs = setAside === 'outlier' ? usualWeight(samples) : weight;
    return [{ id: sampleId, vector: embedding, weight: weighs, durationMs }];
  });
  return recordings.some(counts) ? assess(recordings) : null;
}

/** Trainings whose version is not there any more keep no voice of their own. */
async function forgetCentroids(unit: Unit, profileId: string): Promise<void> {
  const models = await unit.where('voiceModels', 'speakerProfileId', profileId);
  const versions = new Set(models.map(({ version }) => version));
  for (const session of await unit.where('trainings', 'speakerProfileId', profileId)) {
    const { modelVersion, centroidEmbedding } = session;
    if (isActive(session) || !centroidEmbedding) continue;
    if (modelVersion === null || !versions.has(modelVersion))
      await unit.put('trainings', { ...session, centroidEmbedding: null });
  }
}
