import Dexie, { type DexieOptions, type Table, type Transaction } from 'dexie';
import type { TableName, Tables } from './records';

export type TimbreDatabase = Dexie & { [N in TableName]: Table<Tables[N], string> };

/**
 * One step of the schema's history. A step that has been released is never edited: a change is a new
 * step, whose `stores` names only the tables that change (null drops one) and whose `upgrade` rewrites
 * their rows.
 */
export interface Migration {
  version: number;
  stores: Record<string, string | null>;
  upgrade?: (transaction: Transaction) => PromiseLike<unknown>;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    stores: {
      messages: 'id, conversationId, senderId, createdAt, deletedAt, *words',
      audio: 'id, messageId, sizeBytes, createdAt',
      versions: 'id, messageId, *words',
      people: 'id, deletedAt',
      conversations: 'id, updatedAt, deletedAt, *memberIds',
      takes: 'id, startedAt',
      takeChunks: 'id, takeId',
      jobs: 'id, state',
      settings: 'id'
    }
  },
  {
    version: 2,
    stores: {
      profiles: 'id',
      samples: 'id, speakerProfileId, messageId',
      trainings: 'id, speakerProfileId',
      voiceModels: 'id, speakerProfileId'
    }
  },
  {
    version: 3,
    stores: { hosts: 'id' }
  },
  {
    version: 4,
    stores: {},
    // That one is being spoken was written down once; what runs tells it now.
    upgrade: (transaction) =>
      transaction
        .table('versions')
        .filter(({ status }: { status: string }) => status === 'running')
        .modify({ status: 'pending' })
  }
];

export const DATABASE_NAME = 'timbre';

export interface DatabaseOptions {
  name?: string;
  migrations?: readonly Migration[];
  /** Another IndexedDB than the global one. */
  factory?: Pick<DexieOptions, 'indexedDB' | 'IDBKeyRange'>;
}

/** The database, not yet opened. */
export function createDatabase(options: DatabaseOptions = {}): TimbreDatabase {
  // Dexie's query cache would hold rows a second time in memory; the disk answers fast enough.
  const db = new Dexie(options.name ?? DATABASE_NAME, {
    autoOpen: false,
    cache: 'disabled',
    ...options.factory
  });
  for (const { version, stores, upgrade } of options.migrations ?? MIGRATIONS) {
    const declared = db.version(version).stores(stores);
    if (upgrade) declared.upgrade(upgrade);
  }
  return db as TimbreDatabase;
}
