import type { Reader } from '$lib/storage';

export interface VoiceStored {
  samples: number;
  models: number;
  /** Of the sounds, and about what the models take. */
  bytes: number;
}

/** How much is kept of a voice. */
export async function storedOf(reader: Reader, profileId: string): Promise<VoiceStored> {
  const samples = await reader.where('samples', 'speakerProfileId', profileId);
  const models = await reader.where('voiceModels', 'speakerProfileId', profileId);
  const consent = (await reader.get('profiles', profileId))?.consent;
  const consentSound = consent ? await reader.get('audio', consent.audioId) : undefined;
  const sounds = samples.reduce((sum, { sizeBytes }) => sum + sizeBytes, consentSound?.sizeBytes ?? 0);
  return {
    samples: samples.length,
    models: models.length,
    bytes: sounds + models.reduce((sum, model) => sum + bytesIn(model), 0)
  };
}

const NUMBER_BYTES = 8;
const CHARACTER_BYTES = 2;

/** About what a plain value takes. */
function bytesIn(value: unknown): number {
  if (typeof value === 'string') return CHARACTER_BYTES * value.length;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return NUMBER_BYTES;
  return Object.entries(value).reduce((sum, [key, entry]) => sum + bytesIn(key) + bytesIn(entry), 0);
}
