import { audioRecord, type AudioRecord, type Consent, type Reader } from '$lib/storage';
import { TimbreError, type Lang } from '$workers/contract';
import { speakerOf, wordsIn } from '../samples/hear';
import { speechMsOf } from '../samples/judge';
import { SAME_VOICE_COSINE } from '../samples/limits';
import type { StudioDeps } from '../samples/types';
import { standing } from '../samples/standing';
import { isSomethingElse } from '../samples/words';
import { cosine, weightedCentroid } from '../training/centroid';

/**
 * Listens to what was said to allow a voice model. The words are refused only where they plainly were others or none
 * (see `isSomethingElse`), the voice where it is unlike the profile's recordings.
 * Errors: `voice/consent-words`, `voice/consent-voice`, `audio/…`, `model/…`, `job/cancelled`.
 */
export async function listenToConsent(
  deps: StudioDeps,
  profileId: string,
  blob: Blob,
  { text, language, signal }: { text: string; language: Lang; signal?: AbortSignal }
): Promise<{ consent: Consent; sound: AudioRecord }> {
  const options = signal ? { signal } : {};
  const { samples, sampleRateHz, durationMs } = await deps.decode(blob, options);
  const audio = { samples, sampleRateHz };
  const speechMs = speechMsOf(await deps.measure(audio));
  const heard = await wordsIn(deps, audio, language, options);
  const stands = await standing(deps, audio, { sentence: text, language, heard }, options);
  if (heard?.text === '' || isSomethingElse(text, { heard, standing: stands, speechMs }))
    throw new TimbreError(
      'voice/consent-words',
      `${Math.round(speechMs)} ms of speech: ${heard?.text ?? ''}`
    );

  const embedding = await speakerOf(deps, audio, options);
  if (!embedding) throw new TimbreError('voice/consent-words', 'too little sound to tell a voice by');
  const voice = await voiceOf(deps.storage.store, profileId, await deps.embeddingModel());
  const similarity = voice ? cosine(embedding, voice) : null;
  if (similarity !== null && similarity < SAME_VOICE_COSINE)
    throw new TimbreError('voice/consent-voice', `a cosine of ${similarity.toFixed(2)} to the recordings`);

  const [audioId, givenAt] = [deps.newId(), deps.clock.now()];
  const peaks = await deps.peaks(audio);
  const sound = await audioRecord(audioId, profileId, blob, givenAt);
  if (signal?.aborted) throw new TimbreError('job/cancelled', 'no longer wanted');
  return { consent: { audioId, text, language, givenAt, durationMs, peaks, embedding, similarity }, sound };
}

/** Of the recordings that count; null: there are none. */
async function voiceOf(reader: Reader, profileId: string, model: string): Promise<Float32Array | null> {
  const samples = await reader.where('samples', 'speakerProfileId', profileId);
  const counted = samples.flatMap(({ embedding, weight, embeddingModel }) =>
    embedding && weight > 0 && embeddingModel === model ? [{ vector: embedding, weight }] : []
  );
  return counted.length > 0 ? weightedCentroid(counted) : null;
}
