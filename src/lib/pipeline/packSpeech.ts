import type { OutputAudioFormat, SpokenAs } from '$lib/audio';
import { unlessAborted } from '$lib/abort';
import type { SoundFile } from '$lib/storage';
import type { Audio, Lang } from '$workers/contract';
import type { PipelineDeps } from './types';

/**
 * A speech as a file, with the note that every file of speech made by the app carries. Where this browser can't write
 * the usual format, as WAV; one that was asked for is an error then. Errors: `audio/…`, `job/cancelled`.
 * @param speech its samples go with it: nothing else can be done with them from the call on.
 */
export async function packSpeech(
  { encode, speechComment }: Pick<PipelineDeps, 'encode' | 'speechComment'>,
  { audio, language, spokenAs }: { audio: Audio; language: Lang; spokenAs: SpokenAs },
  { usual, asked }: { usual: OutputAudioFormat; asked?: OutputAudioFormat | undefined },
  signal: AbortSignal
): Promise<{ file: SoundFile; format: OutputAudioFormat }> {
  const tags = { language, comment: await speechComment(language, spokenAs) };
  const { format, ...file } = await unlessAborted(signal, () =>
    encode(audio, asked ?? usual, tags, {
      signal,
      handOver: true,
      ...(asked === undefined ? { orElse: 'wav' } : {})
    })
  );
  return { file, format };
}
