import { releaseProxy, wrap, type Remote } from 'comlink';
import type { WorkerLike } from '$lib/engines';
import { realClock, type Timer } from '$workers/clock';
import { TimbreError } from '$workers/contract';
import type { LibraryApi } from '$workers/library';
import { asTimbreError, keepErrorCodes } from '$workers/wire';

/** A stopped worker has this long to store what it has, in milliseconds. */
const GRACE_MS = 2000;

/**
 * One call in a worker of its own, which is gone when this resolves or rejects: a long download never makes a
 * question wait, and all its memory is given back. Aborting asks the worker to stop, and ends it if it doesn't.
 * @throws TimbreError: what the worker threw, 'job/cancelled', 'worker/crashed'.
 */
export async function inWorker<T>(
  createWorker: () => WorkerLike,
  run: (api: Remote<LibraryApi>) => Promise<T>,
  signal: AbortSignal,
  clock: Timer = realClock
): Promise<T> {
  keepErrorCodes();
  if (signal.aborted) throw cancelled();
  const worker = createWorker();
  const api = wrap<LibraryApi>(worker);
  let takeBack: (() => void) | undefined;
  let onAbort: (() => void) | undefined;
  const ended = new Promise<never>((_, reject) => {
    const onError = (event: Event | { message?: string }) => {
      const message = 'message' in event && event.message ? event.message : 'the worker could not be started';
      reject(new TimbreError('worker/crashed', message));
    };
    worker.addEventListener('error', onError as EventListener);
    worker.addEventListener('messageerror', onError as EventListener);
    onAbort = () => {
      void api.stop();
      takeBack = clock.after(GRACE_MS, () => reject(cancelled()));
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([run(api), ended]);
  } catch (thrown) {
    throw signal.aborted ? cancelled() : asTimbreError(thrown);
  } finally {
    takeBack?.();
    if (onAbort) signal.removeEventListener('abort', onAbort);
    api[releaseProxy]();
    worker.terminate();
  }
}

export function cancelled(): TimbreError {
  return new TimbreError('job/cancelled', 'the task was stopped');
}
