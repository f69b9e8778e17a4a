import type { Settings } from '$lib/storage';

type Format = Settings['audioSupportedFormats'][number];

/** A container, found by content, under the name that the setting has for it. */
const FORMAT_OF = new Map<string, Format>([
  ['mp3', 'mp3'],
  ['wav', 'wav'],
  ['ogg', 'ogg'],
  ['mp4', 'm4a'],
  ['aac', 'm4a'],
  ['webm', 'webm'],
  ['matroska', 'webm'],
  ['flac', 'flac']
]);

/** Whether a person chose not to take this kind of file. Kinds that have no name in the setting are taken. */
export function isSwitchedOff(container: string, taken: readonly Format[]): boolean {
  const format = FORMAT_OF.get(container);
  return format !== undefined && !taken.includes(format);
}
