import { TimbreError } from '../contract';
import { encodeCompressed } from './compressed';
import type { AudioTags, OutputAudioFormat, Preference } from './types';
import { encodeWav } from './wav';

/**
 * Sound as a tagged file.
 * @param samples mono, −1…1. @param onProgress part done, 0…1.
 * @throws TimbreError 'audio/encode-failed' (no sound), and what the last of the formats fails with.
 */
export async function soundFile(
  samples: Float32Array,
  rateHz: number,
  [format, ...others]: Preference,
  tags: AudioTags,
  onProgress: (fraction: number) => void
): Promise<{ bytes: ArrayBuffer; format: OutputAudioFormat }> {
  if (samples.length === 0) throw new TimbreError('audio/encode-failed', 'There is no sound to encode.');
  try {
    const bytes =
      format === 'wav'
        ? encodeWav(samples, rateHz, tags)
        : await encodeCompressed(samples, rateHz, format, tags, onProgress);
    return { bytes, format };
  } catch (error) {
    const [next, ...rest] = others;
    if (next === undefined) throw error;
    return soundFile(samples, rateHz, [next, ...rest], tags, onProgress);
  }
}
