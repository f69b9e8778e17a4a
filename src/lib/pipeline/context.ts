import type { AudioMessage, JobRecord, JobStep, Settings, TableName, Unit } from '$lib/storage';
import type { ChosenVoice } from '$lib/voice';
import type { Audio, Progress } from '$workers/contract';
import { cancelled } from '$lib/abort';
import type { ProgressBoard } from './progress';
import type { PipelineDeps } from './types';

/** One run of one job: what its steps share. */
export interface Run {
  readonly deps: PipelineDeps;
  readonly messageId: string;
  /** The job as this run last stored it. */
  job: JobRecord;
  readonly signal: AbortSignal;
  readonly board: ProgressBoard;
  /** As they were when the run first asked: see `settingsOf`. */
  settings?: Promise<Settings>;
  /** Kept from an earlier step of this run only; a resumed run makes it again. */
  recording?: Audio;
  /** Null: asked, and there is none. */
  voice?: ChosenVoice | null;
}

/** What a step leaves behind: its results and the next step, stored together. */
export interface StepEnd {
  /** Beside jobs and messages. */
  tables: readonly TableName[];
  /** Null: nothing follows. */
  store(unit: Unit, message: AudioMessage): Promise<JobStep | null>;
}

export type Step = (run: Run, message: AudioMessage) => Promise<StepEnd>;

/** One message is made by one set of settings: a change of them is for the next. */
export function settingsOf(run: Run): Promise<Settings> {
  run.settings ??= run.deps.storage.settings.get();
  return run.settings;
}

export function report(run: Run, progress: Progress, partialText?: string): void {
  if (!run.signal.aborted) run.board.report(run.job, progress, partialText);
}

/**
 * Stores results of this run. If the job was cancelled, changed or taken on by another tab meanwhile,
 * nothing is stored: 'job/cancelled'.
 */
export async function commit<T>(
  run: Run,
  tables: readonly TableName[],
  work: (unit: Unit, message: AudioMessage, job: JobRecord) => Promise<T>
): Promise<T> {
  const all = [...new Set<TableName>(['jobs', 'messages', ...tables])];
  return run.deps.storage.store.write(all, async (unit) => {
    const [job, message] = await Promise.all([
      unit.get('jobs', run.messageId),
      unit.get('messages', run.messageId)
    ]);
    if (!job || !message || message.deletedAt !== null || job.run !== run.job.run || job.state !== 'running')
      throw cancelled();
    return work(unit, message, job);
  });
}
