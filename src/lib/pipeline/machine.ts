import {
  ACTIVE_STATES,
  type AudioMessage,
  type JobRecord,
  type JobStep,
  type MessageStatus,
  type StoredError,
  type TranslatedAudioVersion
} from '$lib/storage';
import { isRetake } from './versions';

export const STEPS: readonly JobStep[] = ['decode', 'transcribe', 'translate', 'voice', 'synthesize'];

/** After so many beginnings of one step without an end, the step itself is taken to bring the tab down. */
export const MOST_STARTS = 3;

export type JobEvent =
  /** The runner takes it up, for the first time or after a tab was closed in the middle. */
  | {
      type: 'begun';
      /** The last one to take it up did not go down with it. */
      left?: boolean;
    }
  /** The current step is done and its results are stored. Null: nothing follows. */
  | { type: 'finished'; next: JobStep | null; fraction: number; tookMs: number }
  | { type: 'failed'; error: StoredError; tookMs: number }
  | { type: 'cancelled' }
  /** A person asked for work, from `step` on; whatever runs for it now is superseded. */
  | { type: 'requested'; step: JobStep; at: number };

/** The whole machine: waiting → running → … → done | failed | cancelled, and any of them → waiting. */
export function advance(job: JobRecord, event: JobEvent): JobRecord {
  switch (event.type) {
    case 'begun':
      return {
        ...job,
        state: 'running',
        starts: event.left ? Math.max(1, job.starts) : job.starts + 1,
        error: null
      };
    case 'finished':
      return {
        ...job,
        state: event.next ? 'running' : 'done',
        step: event.next ?? job.step,
        starts: event.next ? 1 : 0,
        fraction: event.next ? Math.max(job.fraction, event.fraction) : 1,
        elapsedMs: job.elapsedMs + event.tookMs
      };
    case 'failed':
      return {
        ...job,
        state: 'failed',
        starts: 0,
        error: event.error,
        elapsedMs: job.elapsedMs + event.tookMs
      };
    case 'cancelled':
      return { ...job, state: 'cancelled', run: job.run + 1, starts: 0 };
    case 'requested':
      return {
        ...job,
        state: 'waiting',
        run: job.run + 1,
        first: event.step,
        step: event.step,
        starts: 0,
        fraction: 0,
        error: null,
        queuedAt: event.at
      };
  }
}

export function newJob(messageId: string, step: JobStep, at: number): JobRecord {
  return {
    id: messageId,
    state: 'waiting',
    first: step,
    step,
    run: 1,
    starts: 0,
    fraction: 0,
    elapsedMs: 0,
    error: null,
    queuedAt: at,
    updatedAt: at
  };
}

/** There is work left. */
export function isActive(job: JobRecord | undefined): boolean {
  return job !== undefined && ACTIVE_STATES.includes(job.state);
}

/** The first step whose result the message lacks. */
export function firstStep(message: AudioMessage): JobStep {
  if (message.transcription?.text) return 'translate';
  return message.original && message.original.durationMs === null ? 'decode' : 'transcribe';
}

/** Where work for the message goes on: a recognition that was asked for and has no end comes first. */
export function nextStep(message: AudioMessage, job: JobRecord | undefined): JobStep {
  const unheard = job?.step === 'transcribe' && job.state !== 'done';
  return unheard ? 'transcribe' : firstStep(message);
}

/** What a message is when its job has ended by itself. */
export function endStatus(message: AudioMessage, versions: readonly TranslatedAudioVersion[]): MessageStatus {
  if (message.transcription?.text === '') return 'no-speech';
  if (!versions.some(({ status }) => status === 'failed')) return 'ready';
  return versions.some(({ audio }) => audio !== null) ? 'incomplete' : 'failed';
}

/** A version whose work was stopped: its old sound stays, out of date; without one it can be asked for again. */
export function stopped(version: TranslatedAudioVersion, error: StoredError): TranslatedAudioVersion {
  if (version.status !== 'pending') return version;
  if (isRetake(version)) return { ...version, status: 'ready', retake: false, error: null };
  return version.audio
    ? { ...version, status: 'stale', error: null }
    : { ...version, status: 'failed', error };
}
