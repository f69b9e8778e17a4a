import { type Reader, type VoiceModel } from '$lib/storage';
import { TimbreError } from '$workers/contract';
import { materialFor } from './material';
import { DAY_MS, mayBeModelled, modelInUse, profileOf } from './models';
import type { TrainingDeps } from './types';

/** A recalibration that failed is not begun again at each visit. */
const AGAIN_AFTER_MS = DAY_MS;

/** Voice models in use whose month is over, of people who may be modelled, and that have something to be made of. */
export async function dueProfiles(deps: TrainingDeps): Promise<string[]> {
  const { store, settings } = deps.storage;
  const [now, current] = [deps.clock.now(), await settings.get()];
  const due: string[] = [];
  for (const profile of await store.all('profiles')) {
    const model = mayBeModelled(profile) ? await modelInUse(store, profile) : null;
    if (!model || model.nextRecalibrationAt > now || (await triedLately(store, profile.id, now))) continue;
    if (await hasMaterial(store, profile.id, now, current)) due.push(profile.id);
    else await postpone(deps, model, now + current.voiceModelMaxAgeDays * DAY_MS);
  }
  return due;
}

async function triedLately(reader: Reader, profileId: string, now: number): Promise<boolean> {
  const sessions = await reader.where('trainings', 'speakerProfileId', profileId);
  return sessions.some(
    ({ origin, startedAt }) => origin === 'recalibrated' && now - startedAt < AGAIN_AFTER_MS
  );
}

async function hasMaterial(
  reader: Reader,
  speakerProfileId: string,
  startedAt: number,
  settings: Parameters<typeof materialFor>[2]
): Promise<boolean> {
  try {
    await materialFor(reader, { speakerProfileId, origin: 'recalibrated', startedAt }, settings);
    return true;
  } catch (error) {
    if (error instanceof TimbreError && error.code === 'voice/no-samples') return false;
    throw error;
  }
}

/** Nothing is left that it was made of: it stays as it is for another month. */
async function postpone({ storage }: TrainingDeps, { id, speakerProfileId }: VoiceModel, until: number) {
  await storage.store.write(['voiceModels', 'profiles'], async (unit) => {
    const model = await unit.get('voiceModels', id);
    const profile = await profileOf(unit, speakerProfileId, until);
    if (model && profile.modelVersion === model.version)
      await unit.put('voiceModels', { ...model, nextRecalibrationAt: until });
  });
}
