import type { SpokenAs } from '$lib/audio';
import { isCancelled, unlessAborted } from '$lib/abort';
import type { AudioFormat, SoundFile } from '$lib/storage';
import type { Audio, Lang } from '$workers/contract';
import type { PipelineDeps } from './types';

/**
 * A speech as a file, with the note that every file of speech made by the app carries. Where this browser can't write
 * the usual format, as WAV; one that was asked for is an error then. Errors: `audio/…`, `job/cancelled`.
 */
export async function packSpeech(
  { encode, speechComment }: Pick<PipelineDeps, 'encode' | 'speechComment'>,
  speech: { audio: Audio; language: Lang; spokenAs: SpokenAs },
  format: { usual: AudioFormat; asked?: AudioFormat | undefined },
  signal: AbortSignal
): Promise<{ file: SoundFile; format: AudioFormat }> {
  const { audio, language, spokenAs } = speech;
  const tags = { language, comment: await speechComment(language, spokenAs) };
  const as = async (format: AudioFormat) => ({
    file: await unlessAborted(signal, () => encode(audio, format, tags, { signal })),
    format
  });
  if (format.asked !== undefined) return as(format.asked);
  try {
    return await as(format.usual);
  } catch (error) {
    if (isCancelled(error) || format.usual === 'wav') throw error;
    return as('wav');
  }
}
