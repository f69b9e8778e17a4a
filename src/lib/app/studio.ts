import type { Reader } from '$lib/storage';

/** Whether a closed tab left samples unjudged or a training in the middle, or a voice model is due: `voice()` sees to them. */
export async function isStudioUnfinished(reader: Reader, now: number): Promise<boolean> {
  const isOpen = ({ status }: { status: string }) => status === 'pending' || status === 'processing';
  if ((await reader.all('samples')).some(isOpen) || (await reader.all('trainings')).some(isOpen)) return true;
  const inUse = new Set(
    (await reader.all('profiles')).map(({ id, modelVersion }) => `${id}:${modelVersion}`)
  );
  return (await reader.all('voiceModels')).some(
    ({ id, nextRecalibrationAt }) => inUse.has(id) && nextRecalibrationAt <= now
  );
}
