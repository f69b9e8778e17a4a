import { writable, type Readable } from 'svelte/store';
import { activeJobs, asStorageError, type StoredError } from '$lib/storage';
import { WorkQueue } from '$lib/work';
import { ProgressBoard } from './progress';
import { runJob } from './run';
import type { PipelineDeps } from './types';

/** Works the jobs off, oldest first. */
export class Queue extends WorkQueue {
  readonly board: ProgressBoard;
  /** Why no job runs although some wait: the tables can't be read or written. */
  readonly problem: Readable<StoredError | null>;

  constructor(deps: PipelineDeps) {
    const board = new ProgressBoard();
    const problem = writable<StoredError | null>(null);
    super({
      locks: deps.locks,
      lock: 'timbre-pipeline',
      async next() {
        const jobs = await activeJobs(deps.storage.store);
        return jobs.sort((a, b) => a.queuedAt - b.queuedAt)[0]?.id;
      },
      work: (messageId, controller) => runJob(deps, board, messageId, controller),
      onLook: () => problem.set(null),
      onError(error) {
        const { code, message } = asStorageError(error);
        problem.set({ code, message });
      }
    });
    this.board = board;
    this.problem = { subscribe: problem.subscribe };
  }
}
