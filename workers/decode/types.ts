import type { Audio } from '../contract';

/** The largest file that is taken, in bytes (50 MB). */
export const MAX_AUDIO_BYTES = 50 * 1024 * 1024;

/** The longest sound that is taken, in milliseconds (2 h: 460 MB of samples at 16 kHz). */
export const MAX_AUDIO_MS = 2 * 60 * 60 * 1000;

/** Less than this, in milliseconds, is called empty: no word is so short. */
export const MIN_AUDIO_MS = 10;

/**
 * What was odd about a file whose sound could still be had.
 * `truncated`: it ends before its own header says.
 * `damaged`: some of it could not be decoded and is left out.
 * `gaps`: its clock jumps by more than a minute; the jump is left out.
 */
export type DecodeWarning = 'truncated' | 'damaged' | 'gaps';

/** Mono sound at `SPEECH_RATE_HZ`, and what the file was. It is an `Audio`, and can be used as one. */
export interface DecodedAudio extends Audio {
  samples: Float32Array<ArrayBuffer>;
  durationMs: number;
  /** By content, not by name: `wav`, `ogg`, `webm` … */
  container: string;
  /** `opus`, `pcm-s16`, `aac` …; `unknown` where the browser's own decoder did not say. */
  codec: string;
  sourceRateHz: number;
  sourceChannels: number;
  warnings: DecodeWarning[];
  /** The library, or the browser's own `decodeAudioData` where the library could not. */
  decodedBy: 'mediabunny' | 'browser';
}
