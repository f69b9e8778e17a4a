import { writable, type Readable } from 'svelte/store';
import { asStorageError } from '$lib/storage';
import { isUnfinished, processSample } from './process';
import type { StudioDeps } from './types';

const LOCK = 'timbre-voice-samples';

/**
 * Works on samples, oldest first, one at a time over all tabs: models are heavy. Whichever tab holds the lock does
 * all of them; one found `processing` by its new holder is one that a closed tab left behind.
 */
export class SampleQueue {
  private readonly workingStore = writable<{ sampleId: string; fraction: number } | null>(null);
  readonly working: Readable<{ sampleId: string; fraction: number } | null> = {
    subscribe: this.workingStore.subscribe
  };
  private draining: Promise<void> | null = null;
  private asked = false;

  constructor(private readonly deps: StudioDeps) {}

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

  /** Waits until this tab has nothing left to do. */
  async idle(): Promise<void> {
    while (this.draining) await this.draining;
  }

  private async drain(): Promise<void> {
    while (this.asked) {
      this.asked = false;
      for (let next = await this.next(); next; next = await this.next()) await this.work(next);
    }
  }

  private async work(sampleId: string): Promise<void> {
    let highest = 0;
    const report = (fraction: number) => {
      highest = Math.min(1, Math.max(highest, fraction));
      this.workingStore.set({ sampleId, fraction: highest });
    };
    report(0);
    try {
      await processSample(this.deps, sampleId, new AbortController(), report);
    } finally {
      this.workingStore.set(null);
    }
  }

  private async next(): Promise<string | undefined> {
    const samples = (await this.deps.storage.store.all('samples')).filter(isUnfinished);
    return samples.sort((a, b) => a.createdAt - b.createdAt)[0]?.id;
  }
}
