import { writable, type Readable } from 'svelte/store';
import type { StoredError } from './records';

/** How it stands with what is kept on the device. A page shows it; nothing here opens a dialog. */
export interface StorageState {
  /** Bytes used by the app, and bytes that the browser lets it have; null: the browser doesn't say. */
  usedBytes: number | null;
  quotaBytes: number | null;
  /** True: the browser won't evict it by itself. Null: it doesn't say. */
  persisted: boolean | null;
  /** A write was refused for want of room. `unsaved` rows are in memory only, and go when the tab goes. */
  full: boolean;
  unsaved: number;
  /** Why the database can't be used at all (`storage/outdated`, `storage/failed`); null: it can. */
  problem: StoredError | null;
}

/** The part of the browser's StorageManager that is used. */
export interface StorageManagerLike {
  estimate?(): Promise<{ usage?: number; quota?: number }>;
  persisted?(): Promise<boolean>;
  persist?(): Promise<boolean>;
}

export const UNKNOWN_STATE: StorageState = {
  usedBytes: null,
  quotaBytes: null,
  persisted: null,
  full: false,
  unsaved: 0,
  problem: null
};

export class StateKeeper {
  private readonly store = writable<StorageState>(UNKNOWN_STATE);
  readonly state: Readable<StorageState> = { subscribe: this.store.subscribe };

  constructor(private readonly manager: StorageManagerLike | undefined) {}

  set(change: Partial<StorageState>): void {
    this.store.update((state) => ({ ...state, ...change }));
  }

  /** Asks the browser for the figures again. */
  async refresh(): Promise<void> {
    const [estimate, persisted] = await Promise.all([
      settled(this.manager?.estimate?.()),
      settled(this.manager?.persisted?.())
    ]);
    this.set({
      usedBytes: estimate?.usage ?? null,
      quotaBytes: estimate?.quota ?? null,
      persisted: persisted ?? null
    });
  }

  /** Asks the browser not to evict what is kept. @returns whether it agreed. */
  async persist(): Promise<boolean> {
    const granted = (await settled(this.manager?.persist?.())) ?? false;
    this.set({ persisted: granted });
    return granted;
  }
}

/** Browsers refuse these questions in private windows and frames; unknown is then the true answer. */
async function settled<T>(question: Promise<T> | undefined): Promise<T | null> {
  if (!question) return null;
  return question.catch(() => null);
}
