import type { DecodedAudio } from '../../../../workers/decode';
import { TimbreError } from '../../../../workers/contract';
import { decodeAudio, type DecodeOptions } from '../decode';
import type { DiscardedTake, JournalledTake, RecordedTake, TakeJournal } from '../types';
import { lockedTakes } from './take-lock';

export interface RecoveredTake {
  take: JournalledTake;
  blob: Blob;
  audio: DecodedAudio;
}

/** Those of `takes` that no tab has in hand now. */
export async function leftBehind<T extends Pick<JournalledTake, 'id'>>(
  takes: readonly T[],
  locks: LockManager | undefined = globalThis.navigator?.locks
): Promise<T[]> {
  const locked = await lockedTakes(locks);
  return takes.filter(({ id }) => !locked.has(id));
}

/**
 * Takes that were left behind by a crash, a reload or a full disk; newest first. Not those being recorded now, in
 * any tab, nor those that were set aside.
 */
export async function listTakes(journal: TakeJournal, locks?: LockManager): Promise<JournalledTake[]> {
  const takes = (await journal.list()).filter(
    ({ chunkCount, discardedAt }) => chunkCount > 0 && typeof discardedAt !== 'number'
  );
  return leftBehind(takes, locks);
}

/**
 * Sets a take aside: it is offered no more, also after a reload, and stays in the journal until `forget`.
 * @param at milliseconds since 1970. @throws TimbreError storage/failed …; not for a full disk.
 */
export async function setTakeAside(
  journal: TakeJournal,
  take: RecordedTake,
  at: number
): Promise<DiscardedTake> {
  try {
    await journal.setAside(take.takeId, at);
  } catch (error) {
    // A disk without room for a date has room again once the take is forgotten; until then a reload offers it.
    if (!(error instanceof TimbreError && error.code === 'storage/full')) throw error;
  }
  return {
    take,
    undo: () => journal.setAside(take.takeId, null),
    forget: () => journal.remove(take.takeId)
  };
}

/** A take's file as far as it was stored, undecoded. @throws TimbreError storage/not-found. */
export async function readTake(
  journal: TakeJournal,
  takeId: string
): Promise<{ take: JournalledTake; blob: Blob }> {
  const { take, chunks } = await journal.read(takeId);
  return { take, blob: new Blob(chunks, { type: take.mimeType }) };
}

/** A take's sound as far as it was stored. It stays in the journal. @throws TimbreError as `readTake` and `decodeAudio`. */
export async function recoverTake(
  journal: TakeJournal,
  takeId: string,
  options?: DecodeOptions
): Promise<RecoveredTake> {
  const { take, blob } = await readTake(journal, takeId);
  return { take, blob, audio: await decodeAudio(blob, options) };
}

/** Removes a take from the journal: its message is stored, or the person wants it gone. */
export function discardTake(journal: TakeJournal, takeId: string): Promise<void> {
  return journal.remove(takeId);
}
