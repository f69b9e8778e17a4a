import { TimbreError } from '$workers/contract';
import type { TakeJournal } from '$lib/audio';
import type { Readable } from 'svelte/store';
import { AudioFiles } from './audioFiles';
import { asStorageError } from './errors';
import { createDatabase, MIGRATIONS, type DatabaseOptions, type TimbreDatabase } from './schema';
import { SettingsStore } from './settings';
import { StateKeeper, type StorageManagerLike, type StorageState } from './state';
import { Store } from './store';
import { createTakeJournal } from './takes';

export interface StorageOptions extends DatabaseOptions {
  /** Default: the browser's. */
  manager?: StorageManagerLike;
}

/** Everything kept on the device, open. */
export interface Storage {
  /** For other capabilities' own tables in later versions; write rows through `store`. */
  readonly db: TimbreDatabase;
  readonly store: Store;
  readonly audio: AudioFiles;
  /** Where the recorder journals its chunks. */
  readonly takes: TakeJournal;
  readonly settings: SettingsStore;
  readonly state: Readable<StorageState>;
  /** Asks for the figures in `state` again. */
  refresh(): Promise<void>;
  /** Asks the browser never to evict this. @returns whether it agreed. */
  persist(): Promise<boolean>;
  /** Tries to write what only memory holds. @returns whether all of it is on the disk. */
  save(): Promise<boolean>;
  close(): void;
}

/**
 * Opens one database. Errors: `storage/blocked` (a tab with an older version holds it), `storage/outdated` (this is
 * the older version), `storage/unavailable` (the browser gives none), `storage/full`, `storage/failed`.
 */
export async function createStorage(options: StorageOptions = {}): Promise<Storage> {
  const keeper = new StateKeeper(options.manager ?? browserManager());
  const db = createDatabase(options);
  const store: Store = new Store(db, {
    onFull: () => {
      keeper.set({ full: true, unsaved: store.overlay.size });
      void keeper.refresh();
    },
    onSaved: () => keeper.set({ full: false, unsaved: 0 }),
    onError: ({ code, message }) => keeper.set({ problem: { code, message } })
  });
  store.overlay.onChange(() => keeper.set({ unsaved: store.overlay.size }));

  let ended = false;
  const end = () => {
    ended = true;
    db.close();
  };

  // A newer version of the app in another tab must be able to migrate; this tab then has to reload.
  db.on('versionchange', ({ newVersion }) => {
    end();
    const message = newVersion === null ? 'it was deleted' : 'another tab runs a newer version';
    keeper.set({ problem: { code: 'storage/outdated', message } });
    // Dexie's own handler would only write to the console.
    return false;
  });
  // The browser itself can close it (its storage process died, the site's data was cleared): it is opened again.
  db.on('close', () => {
    if (ended) return;
    queueMicrotask(() => {
      db.open().catch((error: unknown) => {
        const { code, message } = asStorageError(error);
        if (!ended) keeper.set({ problem: { code, message } });
      });
    });
  });

  try {
    await openOrRefuse(db, Math.max(...(options.migrations ?? MIGRATIONS).map(({ version }) => version)));
  } catch (error) {
    end();
    throw asStorageError(error);
  }
  void keeper.refresh();

  return {
    db,
    store,
    audio: new AudioFiles(store),
    takes: createTakeJournal(db, () => keeper.set({ full: true })),
    settings: new SettingsStore(store),
    state: keeper.state,
    refresh: () => keeper.refresh(),
    persist: () => keeper.persist(),
    save: () => store.save(),
    close: end
  };
}

/** Everything in one database, for good; whoever has it open, in any tab, loses it. Errors: `storage/…`. */
export async function deleteStorage(options: DatabaseOptions): Promise<void> {
  try {
    await createDatabase(options).delete();
  } catch (error) {
    throw asStorageError(error);
  }
}

/** Dexie multiplies declared versions by ten for IndexedDB. */
const DEXIE_VERSION_FACTOR = 10;

/** An older tab can hold an upgrade up for ever: that is said at once, and asking again tries again. */
function openOrRefuse(db: TimbreDatabase, declared: number): Promise<void> {
  return new Promise((resolve, reject) => {
    db.on('blocked', () => {
      reject(new TimbreError('storage/blocked', 'another tab holds an older version open'));
      return false;
    });
    db.open().then(() => {
      // Dexie opens a newer database as if it were ours; rows of a schema that we don't know are not to be touched.
      const newer = Math.floor(db.backendDB().version / DEXIE_VERSION_FACTOR) > declared;
      if (newer) reject(new TimbreError('storage/outdated', 'a newer version of the app has been here'));
      else resolve();
    }, reject);
  });
}

function browserManager(): StorageManagerLike | undefined {
  return typeof navigator === 'undefined'
    ? undefined
    : (navigator as Navigator & { storage?: StorageManagerLike }).storage;
}

let opened: Promise<Storage> | undefined;

/** The app's storage, opened by the first call. After a failure the next call tries again. */
export function openStorage(): Promise<Storage> {
  opened ??= createStorage().catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}
