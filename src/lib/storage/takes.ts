import { TimbreError } from '$workers/contract';
import type { JournalledTake, TakeJournal } from '$lib/audio';
import { asStorageError, isQuotaError } from './errors';
import type { TakeChunkRecord } from './records';
import type { TimbreDatabase } from './schema';

/** The chunk and its take's record are written together: what the record counts is there. */
export function createTakeJournal(db: TimbreDatabase, onFull: () => void): TakeJournal {
  async function attempt<T>(action: () => PromiseLike<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      // The recorder holds the whole take in memory; the person must know that the disk does not.
      if (isQuotaError(error)) onFull();
      throw asStorageError(error);
    }
  }

  return {
    async append(takeId, index, chunk, take) {
      const bytes = await chunk.arrayBuffer();
      await attempt(() =>
        db.transaction('rw', [db.takes, db.takeChunks], async () => {
          await db.takeChunks.put({ id: `${takeId}:${index}`, takeId, index, bytes });
          await db.takes.put(rowOf(takeId, take));
        })
      );
    },

    finish: (takeId, take) =>
      attempt(() =>
        db.transaction('rw', [db.takes], async () => {
          if (await db.takes.get(takeId)) await db.takes.put(rowOf(takeId, take));
        })
      ),

    list: () => attempt(() => db.takes.orderBy('startedAt').reverse().toArray()),

    read: (takeId) =>
      attempt(async () => {
        const take = await db.takes.get(takeId);
        if (!take) throw new TimbreError('storage/not-found', `no take ${takeId}`);
        const rows: TakeChunkRecord[] = await db.takeChunks.where('takeId').equals(takeId).toArray();
        rows.sort((a, b) => a.index - b.index);
        return { take, chunks: rows.map(({ bytes }) => new Blob([bytes], { type: take.mimeType })) };
      }),

    remove: (takeId) =>
      attempt(() =>
        db.transaction('rw', [db.takes, db.takeChunks], async () => {
          await db.takeChunks.where('takeId').equals(takeId).delete();
          await db.takes.delete(takeId);
        })
      )
  };
}

function rowOf(takeId: string, { mimeType, startedAt, durationMs, chunkCount, state }: JournalledTake) {
  return { id: takeId, mimeType, startedAt, durationMs, chunkCount, state };
}
