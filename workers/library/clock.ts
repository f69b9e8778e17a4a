import { TimbreError } from '../contract';

/** Time, injected so that tests need none. */
export interface Clock {
  /** Runs it after so long, in milliseconds. @returns a function that takes it back. */
  after(ms: number, run: () => void): () => void;
  /** Milliseconds since 1970. */
  now(): number;
}

export const realClock: Clock = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  now: () => Date.now()
};

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
