/** Work that is given up at once, however long it still takes. */
import { TimbreError } from '$workers/contract';

export function cancelled(): TimbreError {
  return new TimbreError('job/cancelled', 'the job was cancelled or superseded');
}

export function isCancelled(error: unknown): boolean {
  return error instanceof TimbreError && error.code === 'job/cancelled';
}

/** The work's outcome, or 'job/cancelled' as soon as the signal says so, however long the work still takes. */
export function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) return Promise.reject(cancelled());
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(cancelled());
    signal.addEventListener('abort', stop, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
