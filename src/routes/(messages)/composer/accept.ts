import type { ErrorCode } from '$workers/contract';

/** 50 MB, as `MAX_AUDIO_BYTES` of `$lib/audio`, which is not loaded for a look at a file's name. */
const MAX_BYTES = 50 * 1024 * 1024;
/** For the file picker. */
export const ACCEPT = 'audio/*,video/webm,video/mp4,.mp3,.wav,.ogg,.oga,.opus,.m4a,.mp4,.webm,.flac,.aac';
const NAMES = /\.(mp3|wav|ogg|oga|opus|m4a|mp4|webm|flac|aac)$/i;

/** Why a file can't be used, as far as that shows without opening it; null: it can. */
export function refusal(file: Pick<File, 'name' | 'type' | 'size'>): ErrorCode | null {
  if (file.size === 0) return 'audio/empty';
  if (file.size > MAX_BYTES) return 'audio/too-large';
  return mayBeAudio(file.type) || NAMES.test(file.name) ? null : 'audio/not-audio';
}

/** By what a drag tells before it is let go: types, no names. Unknown types may be audio. */
export function mayBeAudio(type: string): boolean {
  return (
    type === '' ||
    /^(audio|video)\//.test(type) ||
    type === 'application/ogg' ||
    type === 'application/octet-stream'
  );
}
