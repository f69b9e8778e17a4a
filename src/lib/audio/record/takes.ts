import type { DecodedAudio } from '../../../../workers/decode';
import { decodeAudio, type DecodeOptions } from '../decode';
import type { JournalledTake, TakeJournal } from '../types';
import { lockedTakes } from './take-lock';

export interface RecoveredTake {
  take: JournalledTake;
  blob: Blob;
  audio: DecodedAudio;
}

/** Takes that were left behind by a crash, a reload or a full disk; newest first. Not those being recorded now, in any tab. */
export async function listTakes(
  journal: TakeJournal,
  locks: LockManager | undefined = globalThis.navigator?.locks
): Promise<JournalledTake[]> {
  const locked = await lockedTakes(locks);
  return (await journal.list()).filter((take) => take.chunkCount > 0 && !locked.has(take.id));
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
