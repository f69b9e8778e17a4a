import type { Readable } from 'svelte/store';
import type { OutputAudioFormat } from '$lib/audio';
import { firstThat } from '$lib/abort';
import { activeJobs, type MessageStatus, type StoredError } from '$lib/storage';
import { TimbreError, type Lang } from '$workers/contract';
import * as change from './change';
import { Queue } from './queue';
import { exportAudio, toResult } from './result';
import { submitAudio, submitText } from './submit';
import type {
  AudioMessageResult,
  EditOptions,
  MessageProgress,
  PipelineDeps,
  SettledStatus,
  SubmitAudioOptions,
  Submitted,
  SubmitTextOptions
} from './types';

/** decode → transcribe → translate → voice → synthesize, for every message, surviving everything. */
export interface Pipeline {
  /** Resolves when the message is stored; the work goes on. Errors: `audio/empty`, `audio/too-large`, `storage/…`. */
  submitAudio(blob: Blob, options?: SubmitAudioOptions): Promise<Submitted>;
  /** Errors: `input/invalid`, `storage/…`. */
  submitText(text: string, options?: SubmitTextOptions): Promise<Submitted>;
  /** Stops at once; what is finished stays. No error when nothing runs. */
  cancel(messageId: string): Promise<void>;
  /** Runs again what isn't ready, or one language. Errors: `storage/not-found`. */
  retry(messageId: string, language?: Lang): Promise<void>;
  addLanguages(messageId: string, languages: readonly Lang[]): Promise<void>;
  /** Errors: `input/invalid`, `storage/not-found`. */
  editTranscript(messageId: string, text: string, options?: EditOptions & { language?: Lang }): Promise<void>;
  /** Errors: `input/invalid`, `storage/not-found`. */
  editTranslation(messageId: string, language: Lang, text: string, options?: EditOptions): Promise<void>;
  /** Another take of a language's speech in the sender's voice; the nearer of the two stays. Errors: `storage/not-found`. */
  speakAgain(messageId: string, language: Lang): Promise<void>;
  /** Null: recognised again. Errors: `storage/not-found`. */
  setLanguage(messageId: string, language: Lang | null, options?: EditOptions): Promise<void>;
  /** Takes up what closed tabs left unfinished, as soon as no other tab works. @returns how many jobs wait. */
  resumeAll(): Promise<number>;
  /** What runs in this tab, by message. What runs in another shows in the job's row, step by step. */
  readonly progress: Readable<ReadonlyMap<string, MessageProgress>>;
  progressOf(messageId: string): Readable<MessageProgress | null>;
  /** Not null: the tables can't be read or written, so nothing runs. */
  readonly problem: Readable<StoredError | null>;
  /** Resolves when the message's job is over, in whichever tab. Errors: `storage/not-found`, `job/cancelled` by the signal. */
  whenSettled(messageId: string, options?: { signal?: AbortSignal }): Promise<SettledStatus>;
  /** Resolves when this tab has no work left. */
  idle(): Promise<void>;
  /** Errors: `storage/not-found`, and the message's own where it could not be transcribed. */
  toResult(messageId: string): Promise<AudioMessageResult>;
  /** A tagged file to download or share. Errors: `storage/not-found`, `audio/…`, `job/cancelled`. */
  exportAudio(
    messageId: string,
    what: Lang | 'original',
    format: OutputAudioFormat,
    options?: { signal?: AbortSignal }
  ): Promise<Blob>;
}

export function createPipeline(deps: PipelineDeps): Pipeline {
  const queue = new Queue(deps);

  /** A run that the change supersedes sees it in the tables and ends by itself; the queue looks again. */
  async function kickAfter<T>(storing: Promise<T>): Promise<T> {
    const result = await storing;
    queue.kick();
    return result;
  }

  return {
    submitAudio: (blob, options = {}) => kickAfter(submitAudio(deps, blob, options)),
    submitText: (text, options = {}) => kickAfter(submitText(deps, text, options)),
    async cancel(messageId) {
      // The engines first: they may need a moment of the machine that the tables are then free to use.
      queue.abort(messageId);
      await change.cancel(deps, messageId);
    },
    retry: (messageId, language) => kickAfter(change.retry(deps, messageId, language)),
    addLanguages: (messageId, languages) => kickAfter(change.addLanguages(deps, messageId, languages)),
    editTranscript: (messageId, text, options) =>
      kickAfter(change.editTranscript(deps, messageId, text, options)),
    editTranslation: (messageId, language, text, options) =>
      kickAfter(change.editTranslation(deps, messageId, language, text, options)),
    speakAgain: (messageId, language) => kickAfter(change.speakAgain(deps, messageId, language)),
    setLanguage: (messageId, language, options) =>
      kickAfter(change.setLanguage(deps, messageId, language, options)),
    async resumeAll() {
      const waiting = (await activeJobs(deps.storage.store)).length;
      if (waiting > 0) queue.kick();
      return waiting;
    },
    progress: queue.board.all,
    progressOf: (messageId) => queue.board.of(messageId),
    problem: queue.problem,
    whenSettled: (messageId, { signal } = {}) => settled(deps, messageId, signal),
    idle: () => queue.idle(),
    toResult: (messageId) => toResult(deps, messageId),
    exportAudio: (messageId, what, format, options) => exportAudio(deps, messageId, what, format, options)
  };
}

function settled({ storage }: PipelineDeps, messageId: string, signal?: AbortSignal): Promise<SettledStatus> {
  const live = storage.store.live(
    async (reader) => (await reader.get('messages', messageId))?.status ?? null
  );
  const isSettled = (status: MessageStatus | null): status is SettledStatus => {
    if (status === null) throw new TimbreError('storage/not-found', `no message ${messageId}`);
    return status !== 'waiting' && status !== 'working';
  };
  return firstThat(live, isSettled, signal);
}
