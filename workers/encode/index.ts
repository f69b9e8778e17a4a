/** The door: types alone. The worker itself is started by its URL. */
export type { AudioTags, EncodeOutcome, OutputAudioFormat, Preference } from './types';
export type { EncodeApi } from './encode.worker';
