/** How work that was stopped ends: 'job/cancelled'. */
import type { Clock } from '../clock';
import { TimbreError } from '../contract';

/** @throws TimbreError 'job/cancelled' as soon as the signal aborts. */
export function sleep(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled());
    const onAbort = () => {
      takeBack();
      reject(cancelled());
    };
    const takeBack = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

export function cancelled(): TimbreError {
  return new TimbreError('job/cancelled', 'stopped, what is stored stays');
}

/** @throws TimbreError 'job/cancelled'. */
export function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}
