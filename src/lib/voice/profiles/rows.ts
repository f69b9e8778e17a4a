import { ME, type Reader, type SpeakerProfile, type Unit } from '$lib/storage';
import { TimbreError } from '$workers/contract';

/** @param createdAt milliseconds since 1970; 0: nothing is stored of it. */
export function newProfile(id: string, name: string, createdAt: number): SpeakerProfile {
  return { id, name, consent: null, modelVersion: null, createdAt, updatedAt: createdAt };
}

/** `me` first, and there even before anything was stored; then the oldest. */
export async function readProfiles(reader: Reader): Promise<SpeakerProfile[]> {
  const profiles = await reader.all('profiles');
  const me = profiles.find(({ id }) => id === ME) ?? newProfile(ME, '', 0);
  const others = profiles.filter(({ id }) => id !== ME).sort((a, b) => a.createdAt - b.createdAt);
  return [me, ...others];
}

/** The profile, `me` made where it isn't there yet. Errors: `storage/not-found`. */
export async function ensureProfile(unit: Unit, id: string, now: number): Promise<SpeakerProfile> {
  const profile = await unit.get('profiles', id);
  if (profile) return profile;
  if (id !== ME) throw new TimbreError('storage/not-found', `no profile ${id}`);
  const me = newProfile(ME, '', now);
  await unit.put('profiles', me);
  return me;
}
