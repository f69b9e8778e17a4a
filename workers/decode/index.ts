/** The door: what the page and other workers may use. The worker itself is started by its URL. */
export { Resampler, resample } from './resample';
export { sniff, SNIFF_BYTES, type Sniffed } from './sniff';
export { MAX_AUDIO_BYTES, MAX_AUDIO_MS, MIN_AUDIO_MS, type DecodedAudio, type DecodeWarning } from './types';
export type { DecodeApi, DecodeOutcome } from './decode.worker';
