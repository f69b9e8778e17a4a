import type { ErrorCode, Lang } from '../../../workers/contract';

/** A time in the sound during which something (a word) is spoken, in milliseconds from its start. */
export interface TimeSpan {
  startMs: number;
  endMs: number;
}

export type TakeState = 'recording' | 'paused' | 'stopped';

/** What a take is recorded for when it is no message: a sample of somebody's voice. */
export interface TakeForVoice {
  speakerProfileId: string;
  /** Null: free speech. */
  phrase: { language: Lang; id: string } | null;
}

/** A recording as the journal knows it. `durationMs` and `chunkCount` are true to the last stored chunk. */
export interface JournalledTake {
  id: string;
  mimeType: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Time recorded without its pauses. */
  durationMs: number;
  chunkCount: number;
  state: TakeState;
  /** When the person set it aside, in milliseconds since 1970; null or absent: not set aside. */
  discardedAt?: number | null;
  /** Absent: a message. */
  forVoice?: TakeForVoice;
}

/**
 * Where recorded chunks are kept as they arrive. Given to the recorder from outside (storage, or
 * memory in a test). Rejections should be `TimbreError`s (`storage/full` …).
 */
export interface TakeJournal {
  /** Stores chunk `index` (from 0) and the take's record as it then stands, both or neither. */
  append(takeId: string, index: number, chunk: Blob, take: JournalledTake): Promise<void>;
  /** Stores a changed state (paused, stopped) and duration. A take with no chunk yet may be unknown: no error. */
  finish(takeId: string, take: JournalledTake): Promise<void>;
  /** Newest first. */
  list(): Promise<JournalledTake[]>;
  /** The chunks in order; `storage/not-found` when there is no such take. */
  read(takeId: string): Promise<{ take: JournalledTake; chunks: Blob[] }>;
  /** Stores when it was set aside; null takes that back. No error when it is not there. */
  setAside(takeId: string, at: number | null): Promise<void>;
  /** No error when it is not there. */
  remove(takeId: string): Promise<void>;
}

export interface RecordedTake {
  takeId: string;
  blob: Blob;
  mimeType: string;
  startedAt: number;
  durationMs: number;
  /** False: the journal lacks some of it (the disk is full); `blob` is whole. */
  journalled: boolean;
}

/** A take that was set aside, and the two ways on from there. */
export interface DiscardedTake {
  take: RecordedTake;
  /** Takes it back. The sound is in `take` either way. */
  undo(): Promise<void>;
  /** Removes it from the journal, for good. */
  forget(): Promise<void>;
}

/** How loud it is now, in dB below full scale (0 is the loudest, −100 is silence). */
export interface AudioLevel {
  rmsDbfs: number;
  peakDbfs: number;
  /** True when the signal touched full scale since the last report. */
  clipped: boolean;
}

/** Why a recording paused by itself. */
export type InterruptionReason =
  'microphone-ended' | 'microphone-muted' | 'page-hidden' | 'page-left' | 'journal-failed';

export interface RecorderEvents {
  level: AudioLevel;
  /** A chunk is in the journal; `durationMs` is the take's length up to its end. */
  chunk: { index: number; durationMs: number };
  state: RecorderState;
  interrupted: { reason: InterruptionReason; canResume: boolean };
  /** The journal refused a chunk (it stays in memory and is tried again), or the browser's recorder failed. */
  problem: { code: ErrorCode; message: string };
}

export type RecorderState = 'idle' | 'starting' | 'recording' | 'paused' | 'stopped' | 'discarded';
