import { asStorageError } from '$lib/storage';
import { isActive } from './machine';
import { runTraining } from './run';
import type { TrainingDeps } from './types';

const LOCK = 'timbre-training';

/**
 * Works trainings off, oldest first, one at a time over all tabs: models are heavy. Whichever tab holds the lock does
 * all of them; a session found `processing` by its new holder is one that a closed tab left behind.
 */
export class TrainingQueue {
  private readonly controllers = new Map<string, AbortController>();
  private draining: Promise<void> | null = null;
  private asked = false;

  constructor(private readonly deps: TrainingDeps) {}

  /** Says that there is work. */
  kick(): void {
    this.asked = true;
    this.draining ??= this.deps.locks
      .hold(LOCK, () => this.drain())
      .catch((error: unknown) => {
        this.asked = false;
        this.deps.onProblem(asStorageError(error));
      })
      .finally(() => {
        this.draining = null;
        // Asked between the last look and the lock's return.
        if (this.asked) this.kick();
      });
  }

  /** Ends what this tab does for the session, at once. Its row is the caller's to write. */
  abort(sessionId: string): void {
    this.controllers.get(sessionId)?.abort();
  }

  /** Waits until this tab has nothing left to do. */
  async idle(): Promise<void> {
    while (this.draining) await this.draining;
  }

  private async drain(): Promise<void> {
    while (this.asked) {
      this.asked = false;
      for (let next = await this.next(); next; next = await this.next()) {
        const controller = new AbortController();
        this.controllers.set(next, controller);
        try {
          await runTraining(this.deps, next, controller);
        } finally {
          this.controllers.delete(next);
        }
      }
    }
  }

  private async next(): Promise<string | undefined> {
    const sessions = (await this.deps.storage.store.all('trainings')).filter(isActive);
    return sessions.sort((a, b) => a.startedAt - b.startedAt)[0]?.id;
  }
}
