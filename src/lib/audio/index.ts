/** The door to sound: into the app, out of it, and what can be said about it. */
export { decodeAudio, type DecodeOptions } from './decode';
export {
  MAX_AUDIO_BYTES,
  MAX_AUDIO_MS,
  resample,
  type DecodedAudio,
  type DecodeWarning
} from '../../../workers/decode';
export { aiSpeechComment, AUDIO_MIME_TYPES, encodeAudio, type EncodeOptions, type SpokenAs } from './encode';
export type { AudioTags, OutputAudioFormat } from '../../../workers/encode';
export { measure, VERDICT_LIMITS, type AudioMeasure, type AudioVerdict } from './measure';
export { peaksByWords, peaksOf, type WaveBar } from './peaks';
export { createMemoryJournal } from './record/memory-journal';
export type { MicrophoneOptions, MicrophoneProcessing } from './record/microphone';
export { Recorder, type RecorderOptions } from './record/recorder';
export { browserEnvironment, type RecorderEnvironment } from './record/environment';
export { holdTakeLock } from './record/take-lock';
export {
  discardTake,
  leftBehind,
  listTakes,
  readTake,
  recoverTake,
  setTakeAside,
  type RecoveredTake
} from './record/takes';
export type * from './types';
