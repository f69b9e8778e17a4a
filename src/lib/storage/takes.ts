import { TimbreError } from '$workers/contract';
import type { JournalledTake, TakeJournal } from '$lib/audio';
import { asStorageError, isQuotaError } from './errors';
import type { TakeChunkRecord, TakeRecord } from './records';
import type { TimbreDatabase } from './schema';
import type { Reader, Store } from './store';

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

    setAside: (takeId, at) => attempt(async () => void (await db.takes.update(takeId, { discardedAt: at }))),

    remove: (takeId) =>
      attempt(() =>
        db.transaction('rw', [db.takes, db.takeChunks], async () => {
          await db.takeChunks.where('takeId').equals(takeId).delete();
          await db.takes.delete(takeId);
        })
      )
  };
}

/**
 * Takes that wait for the person, newest first: neither set aside nor sent. A message or a voice sample made of a
 * take has its id, so that one that only memory holds is not offered again, and one that went with its tab is.
 */
export async function unsentTakes(reader: Reader): Promise<TakeRecord[]> {
  const unsent: TakeRecord[] = [];
  for (const take of await reader.all('takes')) {
    if (take.chunkCount === 0 || typeof take.discardedAt === 'number') continue;
    if (!(await isWhole(reader, take.id))) unsent.push(take);
  }
  return unsent.sort((a, b) => b.startedAt - a.startedAt);
}

/** Removes takes that were set aside until `before` (ms since 1970), and those whose message or voice sample is on the disk. */
export async function sweepTakes(
  { store, takes }: { store: Store; takes: TakeJournal },
  before: number
): Promise<void> {
  for (const { id, discardedAt } of await takes.list()) {
    const isAside = typeof discardedAt === 'number' && discardedAt <= before;
    if (isAside || (await isOnDisk(store, id))) await takes.remove(id);
  }
}

/** Whether there is such a message or voice sample and, where it has one, its sound; on the disk or in memory. */
export async function isWhole(reader: Reader, id: string): Promise<boolean> {
  const audioId = await soundOf(reader, id);
  if (audioId === undefined) return false;
  return audioId === null || (await reader.ids('audio')).includes(audioId);
}

/** As `isWhole`, and all of it would outlive the tab. */
export async function isOnDisk(store: Store, id: string): Promise<boolean> {
  if (!(await isWhole(store, id))) return false;
  const audioId = await soundOf(store, id);
  const isHeld = (table: 'messages' | 'samples' | 'audio', row: string) =>
    store.overlay.get(table, row) !== undefined;
  return !isHeld('messages', id) && !isHeld('samples', id) && !(audioId && isHeld('audio', audioId));
}

/** The sound of the message or voice sample. Null: it has none. Undefined: there is neither. */
async function soundOf(reader: Reader, id: string): Promise<string | null | undefined> {
  const message = await reader.get('messages', id);
  if (message) return message.original?.audioId ?? null;
  return (await reader.get('samples', id))?.audioId;
}

function rowOf(
  takeId: string,
  { mimeType, startedAt, durationMs, chunkCount, state, forVoice }: JournalledTake
) {
  return { id: takeId, mimeType, startedAt, durationMs, chunkCount, state, ...(forVoice && { forVoice }) };
}
