import { TimbreError } from '../../../../workers/contract';
import type { JournalledTake, TakeJournal } from '../types';

/** A journal that forgets with the page: for tests, and where the browser lends no storage. */
export function createMemoryJournal(): TakeJournal {
  const takes = new Map<string, { take: JournalledTake; chunks: Blob[] }>();
  return {
    append(takeId, index, chunk, take) {
      const entry = takes.get(takeId) ?? { take, chunks: [] };
      entry.chunks[index] = chunk;
      takes.set(takeId, { ...entry, take });
      return Promise.resolve();
    },
    finish(takeId, take) {
      const entry = takes.get(takeId);
      if (entry) takes.set(takeId, { ...entry, take });
      return Promise.resolve();
    },
    list: () =>
      Promise.resolve([...takes.values()].map(({ take }) => take).sort((a, b) => b.startedAt - a.startedAt)),
    read(takeId) {
      const entry = takes.get(takeId);
      return entry
        ? Promise.resolve(entry)
        : Promise.reject(new TimbreError('storage/not-found', `No take ${takeId}.`));
    },
    setAside(takeId, at) {
      const entry = takes.get(takeId);
      if (entry) takes.set(takeId, { ...entry, take: { ...entry.take, discardedAt: at } });
      return Promise.resolve();
    },
    remove(takeId) {
      takes.delete(takeId);
      return Promise.resolve();
    }
  };
}
