/** The door for tests: storage over an IndexedDB of its own, with a disk that can be filled. */
import Dexie from 'dexie';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { createStorage, type Storage, type StorageOptions } from './storage';
import type { TableName } from './records';

export interface TestStorage extends Storage {
  /** True: every write fails as a browser's does when the quota is spent. A list: only in those tables. */
  fill(full: boolean | readonly TableName[]): void;
  /** Another connection to the same database, as another tab has, or this one after a crash. */
  again(options?: StorageOptions): Promise<TestStorage>;
}

let databases = 0;

export async function openTestStorage(
  options: StorageOptions = {},
  factory: { indexedDB: IDBFactory; IDBKeyRange: typeof IDBKeyRange } = {
    indexedDB: new IDBFactory(),
    IDBKeyRange
  }
): Promise<TestStorage> {
  // Dexie tells changes by the database's name, over all connections: each test has its own.
  const named = { name: `test-${databases++}`, ...options };
  // Live queries answer only where IndexedDB seems to exist at all.
  Dexie.dependencies.indexedDB ??= factory.indexedDB;
  Dexie.dependencies.IDBKeyRange ??= factory.IDBKeyRange;
  const storage = await createStorage({ manager: {}, ...named, factory });
  let full: boolean | readonly TableName[] = false;
  const refuses = (name: string) => (typeof full === 'boolean' ? full : full.some((table) => table === name));
  // Dexie builds its middleware anew when it opens; the connection stays otherwise the same.
  storage.db.close({ disableAutoOpen: false });
  storage.db.use({
    stack: 'dbcore',
    name: 'full-disk',
    create: (core) => ({
      ...core,
      table: (name) => {
        const table = core.table(name);
        return {
          ...table,
          mutate: (request) => {
            if (refuses(name) && request.type !== 'delete') {
              return Promise.reject(new DOMException('The quota has been exceeded.', 'QuotaExceededError'));
            }
            return table.mutate(request);
          }
        };
      }
    })
  });
  await storage.db.open();
  return Object.assign(storage, {
    fill(now: boolean | readonly TableName[]) {
      full = now;
    },
    again: (more: StorageOptions = {}) => openTestStorage({ ...named, ...more }, factory)
  });
}
