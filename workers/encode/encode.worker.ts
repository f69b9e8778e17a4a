import { expose, transfer } from 'comlink';
import { TimbreError } from '../contract';
import { sparing } from '../sparing';
import { letGo } from '../wire';
import { soundFile } from './soundFile';
import type { AudioTags, EncodeOutcome, Preference } from './types';

/** A second of sound is packed in a few milliseconds. */
const TELL_EVERY_MS = 100;

/** One file after another; whoever started the worker terminates it, which is also how encoding is cancelled. */
const api = {
  /** As `soundFile`. @param onProgress gets 0…1. */
  async encode(
    samples: Float32Array,
    rateHz: number,
    formats: Preference,
    tags: AudioTags,
    onProgress: (fraction: number) => void
  ): Promise<EncodeOutcome> {
    const { tell, end } = sparing(onProgress, TELL_EVERY_MS, () => false);
    try {
      const value = await soundFile(samples, rateHz, formats, tags, tell);
      return transfer({ value, error: null }, [value.bytes]);
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
