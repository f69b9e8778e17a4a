import { expose, transfer } from 'comlink';
import { TimbreError } from '../contract';
import { sparing } from '../sparing';
import { letGo } from '../wire';
import { encodeCompressed } from './compressed';
import type { AudioTags, EncodeOutcome, OutputAudioFormat } from './types';
import { encodeWav } from './wav';

/** A second of sound is packed in a few milliseconds. */
const TELL_EVERY_MS = 100;

/** One file after another; whoever started the worker terminates it, which is also how encoding is cancelled. */
const api = {
  /** @param samples mono, −1…1. @param onProgress gets 0…1. @returns the file's bytes. */
  async encode(
    samples: Float32Array,
    rateHz: number,
    format: OutputAudioFormat,
    tags: AudioTags,
    onProgress: (fraction: number) => void
  ): Promise<EncodeOutcome> {
    const { tell, end } = sparing(onProgress, TELL_EVERY_MS, () => false);
    try {
      if (samples.length === 0) throw new TimbreError('audio/encode-failed', 'There is no sound to encode.');
      const bytes =
        format === 'wav'
          ? encodeWav(samples, rateHz, tags)
          : await encodeCompressed(samples, rateHz, format, tags, tell);
      return transfer({ value: bytes, error: null }, [bytes]);
    } catch (cause) {
      const code = cause instanceof TimbreError ? cause.code : 'audio/encode-failed';
      return {
        value: null,
        error: { code, message: cause instanceof Error ? cause.message : String(cause) }
      };
    } finally {
      end();
      // Each file brings a message port of its own.
      letGo(onProgress);
    }
  }
};

export type EncodeApi = typeof api;
expose(api);
