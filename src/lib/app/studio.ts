import { removedSamples, type Reader } from '$lib/storage';

/**
 * Whether a closed tab left samples unjudged, a training in the middle or a removed sample's share in a voice model, or
 * a voice model is due: `voice()` sees to them.
 */
export async function isStudioUnfinished(reader: Reader, now: number): Promise<boolean> {
  const isOpen = ({ status }: { status: string }) => status === 'pending' || status === 'processing';
  const [samples, models] = [await reader.all('samples'), await reader.all('voiceModels')];
  if (samples.some(isOpen) || (await reader.all('trainings')).some(isOpen)) return true;
  const there = new Set(samples.map(({ id }) => id));
  if (models.some((model) => removedSamples(model, there).length > 0)) return true;
  const inUse = new Set(
    (await reader.all('profiles')).map(({ id, modelVersion }) => `${id}:${modelVersion}`)
  );
  return models.some(({ id, nextRecalibrationAt }) => inUse.has(id) && nextRecalibrationAt <= now);
}
