import { writable, type Readable } from 'svelte/store';
import { asStorageError, type StoredError } from '$lib/storage';
import { isActive } from './machine';
import { ProgressBoard } from './progress';
import { runJob } from './run';
import type { PipelineDeps } from './types';

const LOCK = 'timbre-pipeline';

/**
 * Works the jobs off, oldest first, one at a time over all tabs: models are heavy. Whichever tab holds the
 * lock does all of them; a job found `running` by its new holder is one that a closed tab left behind.
 */
export class Queue {
  readonly board = new ProgressBoard();
  private readonly controllers = new Map<string, AbortController>();
  private readonly problemStore = writable<StoredError | null>(null);
  /** Why no job runs although some wait: the tables can't be read or written. */
  readonly problem: Readable<StoredError | null> = { subscribe: this.problemStore.subscribe };
  private draining: Promise<void> | null = null;
  private asked = false;

  constructor(private readonly deps: PipelineDeps) {}

  /** Says that there is work. */
  kick(): void {
    this.asked = true;
    this.draining ??= this.deps.locks
      .hold(LOCK, () => this.drain())
      .catch((error: unknown) => {
        this.asked = false;
        const { code, message } = asStorageError(error);
        this.problemStore.set({ code, message });
      })
      .finally(() => {
        this.draining = null;
        // Asked between the last look and the lock's return.
        if (this.asked) this.kick();
      });
  }

  /** Waits until this tab has nothing left to do. */
  async idle(): Promise<void> {
    while (this.draining) await this.draining;
  }

  /** Ends what this tab does for the message, at once. Its rows are the caller's to write. */
  abort(messageId: string): void {
    this.controllers.get(messageId)?.abort();
  }

  private async drain(): Promise<void> {
    while (this.asked) {
      this.asked = false;
      this.problemStore.set(null);
      for (let next = await this.next(); next; next = await this.next()) {
        const controller = new AbortController();
        this.controllers.set(next, controller);
        try {
          await runJob(this.deps, this.board, next, controller);
        } finally {
          this.controllers.delete(next);
        }
      }
    }
  }

  private async next(): Promise<string | undefined> {
    const jobs = (await this.deps.storage.store.all('jobs')).filter(isActive);
    return jobs.sort((a, b) => a.queuedAt - b.queuedAt)[0]?.id;
  }
}
