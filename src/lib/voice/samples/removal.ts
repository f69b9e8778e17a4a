/** Whether a sample that was removed can still be had back is a lock: a tab that closes, or crashes, gives it up. */
import type { Locks } from '$lib/locks';

const lockOf = (sampleId: string) => `timbre-voice-removed-${sampleId}`;

/** Says so until what it resolves with is called. */
export function holdForReturn(locks: Locks, sampleId: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    locks.hold(lockOf(sampleId), () => new Promise<void>((end) => resolve(end))).catch(reject);
  });
}

/** In whichever tab. */
export function canComeBack(locks: Locks, sampleId: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const waiting = new AbortController();
    const work = () => Promise.resolve(resolve(false));
    const onWait = () => {
      resolve(true);
      waiting.abort();
    };
    locks.hold(lockOf(sampleId), work, waiting.signal, onWait).catch(reject);
  });
}
