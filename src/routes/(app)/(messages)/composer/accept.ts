import type { ErrorCode } from '$workers/contract';

/** For the file picker. */
export const ACCEPT = 'audio/*,video/webm,video/mp4,.mp3,.wav,.ogg,.oga,.opus,.m4a,.mp4,.webm,.flac,.aac';
const NAMES = /\.(mp3|wav|ogg|oga|opus|m4a|mp4|webm|flac|aac)$/i;

/** Why a file can't be used, as far as that shows without opening it; null: it can. @param maxMb the person's setting. */
export function refusal(file: Pick<File, 'name' | 'type' | 'size'>, maxMb: number): ErrorCode | null {
  if (file.size === 0) return 'audio/empty';
  if (file.size > maxMb * 1024 * 1024) return 'audio/too-large';
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
