import type { Locks } from '$lib/locks';

export interface WorkQueueOptions {
  locks: Locks;
  /** The lock's name, the same in every tab. */
  lock: string;
  /** The id of what comes next; undefined: nothing is left. */
  next(): Promise<string | undefined>;
  work(id: string, controller: AbortController): Promise<void>;
  /** Before each look for what is to be done. */
  onLook?(): void;
  /** What `next` or `work` threw: the queue stands still until the next `kick`. */
  onError(error: unknown): void;
}

/**
 * Works things off one at a time over all tabs: models are heavy. Whichever tab holds the lock does all of them; one
 * found begun by its new holder is one that a closed tab left behind.
 */
export class WorkQueue {
  private readonly controllers = new Map<string, AbortController>();
  private draining: Promise<void> | null = null;
  private asked = false;

  constructor(private readonly options: WorkQueueOptions) {}

  /** Says that there is work. */
  kick(): void {
    this.asked = true;
    this.draining ??= this.options.locks
      .hold(this.options.lock, () => this.drain())
      .catch((error: unknown) => {
        this.asked = false;
        this.options.onError(error);
      })
      .finally(() => {
        this.draining = null;
        // Asked between the last look and the lock's return.
        if (this.asked) this.kick();
      });
  }

  /** Ends what this tab does for the id, at once. Its rows are the caller's to write. */
  abort(id: string): void {
    this.controllers.get(id)?.abort();
  }

  /** Waits until this tab has nothing left to do. */
  async idle(): Promise<void> {
    while (this.draining) await this.draining;
  }

  private async drain(): Promise<void> {
    const { next, work, onLook } = this.options;
    while (this.asked) {
      this.asked = false;
      onLook?.();
      for (let id = await next(); id !== undefined; id = await next()) {
        const controller = new AbortController();
        this.controllers.set(id, controller);
        try {
          await work(id, controller);
        } finally {
          this.controllers.delete(id);
        }
      }
    }
  }
}
