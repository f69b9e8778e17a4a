/** A message's way: decode → transcribe → translate → voice → speak; cancel, retry, correct, resume. */
export { createPipeline, type Pipeline } from './pipeline';
export { browserDeps } from './browser';
export { isSwitchedOff } from './formats';
export { packSpeech } from './packSpeech';
export { hasWords, isWhole, joinSentences, splitSentences, type Sentence } from './sentences';
export { checkedText } from './submit';
export type {
  AudioMessageResult,
  Clock,
  EditOptions,
  Farewell,
  MessageProgress,
  PipelineDeps,
  SettledStatus,
  SubmitAudioOptions,
  SubmitOptions,
  Submitted,
  SubmitTextOptions,
  TranslationResult
} from './types';
