/** Timbre inside another web app: voice messages in other languages, in the visitor's own browser. */
import { openTimbre } from './open';
import { PROTOCOL_VERSIONS } from './protocol';
import type { Timbre, TimbreOptions } from './types';

/**
 * Puts Timbre's frame into the page; resolves when it answers.
 * Errors: `embed/timeout`, `embed/origin` (it comes from elsewhere, or takes no calls from this page), `embed/version`,
 * `input/invalid` (container or src).
 */
export async function createTimbre(options: TimbreOptions): Promise<Timbre> {
  return openTimbre(options, { window, script: import.meta.url, versions: PROTOCOL_VERSIONS });
}

export { TIMBRE_ERROR_CODES, TimbreError, type TimbreErrorCode } from './errors';
export type { CallOptions, PollOptions, ProgressOptions, Timbre, TimbreEvents, TimbreOptions } from './types';
export type {
  AudioInput,
  AudioMessageResult,
  CallProgress,
  Capability,
  ConversationMember,
  FrameEvents,
  FrameOptions,
  Language,
  OutputFormat,
  ProcessOptions,
  Segment,
  Speech,
  SpokenVersion,
  TrainingStatus,
  Transcription,
  VoiceFidelity,
  VoiceModel,
  VoiceSample,
  WireError,
  Word
} from './protocol';
