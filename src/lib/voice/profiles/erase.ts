import { ME, type SpeakerProfile, type TableName, type Unit } from '$lib/storage';
import { advance } from '../training/machine';
import { newProfile } from './rows';

export const VOICE_TABLES: readonly TableName[] = [
  'profiles',
  'samples',
  'audio',
  'trainings',
  'voiceModels',
  'takes',
  'takeChunks'
];

/** Everything of this voice in every table: recordings and the takes they were made of, trainings, models, consent. */
export async function eraseIn(unit: Unit, { id, consent }: SpeakerProfile, now: number): Promise<void> {
  for (const sample of await unit.where('samples', 'speakerProfileId', id)) {
    await unit.remove('samples', sample.id);
    await unit.remove('audio', sample.audioId);
    await removeTake(unit, sample.id);
  }
  // Left behind before they were samples.
  for (const take of await unit.all('takes'))
    if (take.forVoice?.speakerProfileId === id) await removeTake(unit, take.id);
  for (const training of await unit.where('trainings', 'speakerProfileId', id))
    await unit.remove('trainings', training.id);
  await removeModels(unit, id);
  if (consent) await unit.remove('audio', consent.audioId);
  // A new row and not a cleared one: what was taken from the old one can't come back to it.
  if (id === ME) await unit.put('profiles', newProfile(ME, '', now));
  else await unit.remove('profiles', id);
}

/** The model of a voice goes with the consent to it, and so does what is on the way to one. */
export async function withdrawIn(unit: Unit, profile: SpeakerProfile, now: number): Promise<void> {
  await removeModels(unit, profile.id);
  for (const training of await unit.where('trainings', 'speakerProfileId', profile.id))
    await unit.put('trainings', advance(training, { type: 'cancelled', at: now }));
  if (profile.consent) await unit.remove('audio', profile.consent.audioId);
  await unit.put('profiles', { ...profile, consent: null, modelVersion: null, updatedAt: now });
}

async function removeModels(unit: Unit, profileId: string): Promise<void> {
  for (const model of await unit.where('voiceModels', 'speakerProfileId', profileId))
    await unit.remove('voiceModels', model.id);
}

/** A sample has its take's id. */
async function removeTake(unit: Unit, takeId: string): Promise<void> {
  for (const chunk of await unit.where('takeChunks', 'takeId', takeId))
    await unit.remove('takeChunks', chunk.id);
  await unit.remove('takes', takeId);
}
