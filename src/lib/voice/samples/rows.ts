import {
  audioRecord,
  refuseTooLarge,
  storedError,
  type AudioRecord,
  type Reader,
  type VoiceSample
} from '$lib/storage';
import { TimbreError } from '$workers/contract';
import type { NewSample } from '../types';
import type { StudioDeps } from './types';

/** A name is kept for display only; longer ones are cut. */
const LONGEST_NAME = 200;

export function displayName(name: string): string {
  return name.trim().slice(0, LONGEST_NAME);
}

/** Errors: `storage/not-found`. */
export async function sampleOf(reader: Reader, id: string): Promise<VoiceSample> {
  const sample = await reader.get('samples', id);
  if (!sample) throw new TimbreError('storage/not-found', `no sample ${id}`);
  return sample;
}

/** A sample of which nothing is known yet, and its sound. */
export interface Fresh {
  sample: VoiceSample;
  /** Null: it can't be kept, and the sample has failed. */
  sound: AudioRecord | null;
}

/** @param order tells apart what comes at the same moment: the later is the newer. */
export async function freshSample(deps: StudioDeps, given: NewSample, order = 0): Promise<Fresh> {
  const [id, audioId, createdAt] = [given.takeId ?? deps.newId(), deps.newId(), deps.clock.now() + order];
  const sample = blank(id, audioId, given, createdAt);
  try {
    await refuseTooLarge(given.blob, deps.storage.settings);
    return { sample, sound: await audioRecord(audioId, id, given.blob, createdAt) };
  } catch (error) {
    if (!(error instanceof TimbreError) || !error.code.startsWith('audio/')) throw error;
    // Nothing of it can be stored but why.
    return { sample: { ...sample, status: 'failed', error: storedError(error) }, sound: null };
  }
}

export function blank(
  id: string,
  audioId: string,
  given: Omit<NewSample, 'blob'> & { blob: Pick<Blob, 'type' | 'size'> },
  createdAt: number
): VoiceSample {
  return {
    id,
    speakerProfileId: given.speakerProfileId,
    source: given.source,
    messageId: given.messageId ?? null,
    audioId,
    originalName: displayName(given.name),
    mimeType: given.blob.type,
    sizeBytes: given.blob.size,
    durationMs: 0,
    peaks: [],
    language: given.language ?? null,
    phraseText: given.phrase?.text ?? null,
    phraseCategory: given.phrase?.category ?? null,
    transcript: null,
    quality: null,
    problems: [],
    kept: false,
    weight: 0,
    embedding: null,
    embeddingModel: '',
    status: 'pending',
    error: null,
    createdAt,
    processedAt: null,
    ...(given.host === undefined ? {} : { host: given.host })
  };
}
