import type { ErrorCode } from '../contract';

export type OutputAudioFormat = 'mp3' | 'wav' | 'ogg';

/** The first of them that can be written is. */
export type Preference = readonly [OutputAudioFormat, ...OutputAudioFormat[]];

/** What is written into a file that leaves the app. */
export interface AudioTags {
  title?: string;
  artist?: string;
  /** ISO 639-1 code of what is spoken. */
  language?: string;
  /** Free text; for speech that the app made: `aiSpeechComment(language)`. */
  comment?: string;
}

/** Errors cross as values: Comlink would drop their code. One of the two is null. */
export interface EncodeOutcome {
  value: { bytes: ArrayBuffer; format: OutputAudioFormat } | null;
  error: { code: ErrorCode; message: string } | null;
}
