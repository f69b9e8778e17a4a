/** What is waited for, and given up at once, however long it still takes. */
import { cancelled } from './cancelled';

export { cancelled, isCancelled } from './cancelled';
export { firstThat } from './firstThat';

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
