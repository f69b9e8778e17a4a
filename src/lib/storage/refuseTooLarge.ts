import { TimbreError } from '$workers/contract';
import type { SettingsStore } from './settings';

/** Errors: `audio/too-large`, above the setting `audioMaxSizeMb`. */
export async function refuseTooLarge(
  { size }: Pick<Blob, 'size'>,
  settings: Pick<SettingsStore, 'get'>
): Promise<void> {
  const { audioMaxSizeMb } = await settings.get();
  if (size > audioMaxSizeMb * 1024 * 1024) throw new TimbreError('audio/too-large', `${size} bytes`);
}
