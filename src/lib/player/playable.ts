import { TimbreError } from '$workers/contract';

/** A sound that the browser can play and move about in. */
export interface Opened {
  element: HTMLAudioElement;
  release(): void;
}

/**
 * Opens a file for playing. Recordings from browsers carry no length, and some browsers can't play what
 * others send: such a file is decoded by the app and played as WAV.
 * Errors: those of `decodeAudio` and `encodeAudio`.
 */
export async function playable(blob: Blob): Promise<Opened> {
  return (await opened(blob)) ?? (await asWav(blob));
}

async function asWav(blob: Blob): Promise<Opened> {
  const { decodeAudio, encodeAudio } = await import('$lib/audio');
  const { bytes, mimeType } = await encodeAudio(await decodeAudio(blob), 'wav', {}, { handOver: true });
  const result = await opened(new Blob([bytes], { type: mimeType }));
  if (!result) throw new TimbreError('audio/unsupported', 'the browser plays no WAV');
  return result;
}

/** Null when the browser can't play it, or doesn't know its length. */
async function opened(blob: Blob): Promise<Opened | null> {
  const url = URL.createObjectURL(blob);
  const element = new Audio();
  element.preload = 'auto';
  const known = await new Promise<boolean>((done) => {
    element.addEventListener('loadedmetadata', () => done(Number.isFinite(element.duration)), { once: true });
    element.addEventListener('error', () => done(false), { once: true });
    element.src = url;
  });
  const release = () => {
    element.removeAttribute('src');
    URL.revokeObjectURL(url);
  };
  if (known) return { element, release };
  release();
  return null;
}
