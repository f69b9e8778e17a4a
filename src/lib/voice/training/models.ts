import {
  ME,
  type ModelOrigin,
  type Reader,
  type SpeakerProfile,
  type Unit,
  type VoiceModel
} from '$lib/storage';
import { TimbreError } from '$workers/contract';
import type { Assessment } from './assess';

export const DAY_MS = 24 * 60 * 60 * 1000;

/** The device's own person has a profile before anybody wrote it down. Errors: `storage/not-found`. */
export async function profileOf(reader: Reader, id: string, at: number): Promise<SpeakerProfile> {
  const profile = await reader.get('profiles', id);
  if (profile) return profile;
  if (id !== ME) throw new TimbreError('storage/not-found', `no speaker profile ${id}`);
  return { id, name: '', consent: null, modelVersion: null, createdAt: at, updatedAt: at };
}

/** `me` consents by recording, everybody else in words. */
export function mayBeModelled(profile: SpeakerProfile): boolean {
  return profile.id === ME || profile.consent !== null;
}

export async function consentingProfile(reader: Reader, id: string, at: number): Promise<SpeakerProfile> {
  const profile = await profileOf(reader, id, at);
  if (!mayBeModelled(profile)) throw new TimbreError('voice/no-consent', `${id} has not consented`);
  return profile;
}

export function modelId(profileId: string, version: number): string {
  return `${profileId}:${version}`;
}

export async function modelInUse(reader: Reader, profile: SpeakerProfile): Promise<VoiceModel | null> {
  if (profile.modelVersion === null) return null;
  return (await reader.get('voiceModels', modelId(profile.id, profile.modelVersion))) ?? null;
}

export interface NewModel {
  profileId: string;
  origin: ModelOrigin;
  assessment: Assessment;
  embeddingModel: string;
  conditioning: Record<string, unknown>;
  at: number;
  /** When anything new was last heard of the voice; default `at`. */
  renewedAt?: number;
  /** When it is to be recalibrated. */
  dueAt: number;
}

/**
 * Stores a new version and puts it to use; the older ones stay. Tables: `voiceModels`, `profiles`.
 * Errors: `voice/no-consent`, `storage/not-found`: it was withdrawn, or the profile erased, meanwhile.
 */
export async function saveModel(unit: Unit, made: NewModel): Promise<VoiceModel> {
  const profile = await consentingProfile(unit, made.profileId, made.at);
  const versions = await unit.where('voiceModels', 'speakerProfileId', made.profileId);
  const version = 1 + Math.max(0, profile.modelVersion ?? 0, ...versions.map((model) => model.version));
  const model: VoiceModel = {
    id: modelId(made.profileId, version),
    speakerProfileId: made.profileId,
    version,
    origin: made.origin,
    ...made.assessment,
    embeddingModel: made.embeddingModel,
    conditioning: made.conditioning,
    createdAt: made.at,
    updatedAt: made.renewedAt ?? made.at,
    nextRecalibrationAt: made.dueAt
  };
  await unit.put('voiceModels', model);
  await unit.put('profiles', { ...profile, modelVersion: version, updatedAt: made.at });
  return model;
}
