import { TimbreError } from '../../../workers/contract';

/** Ends waiting when a job is cancelled, stands still or breaks. The work itself is ended by its owner. */
export interface Watchdog {
  /** Something moved. */
  touch(): void;
  fail(error: TimbreError): void;
  /** Waits for `work`, or for the end of patience. */
  guard<T>(work: Promise<T>): Promise<T>;
  stop(): void;
}

/** @param stallMs patience without a `touch`, in milliseconds. */
export function createWatchdog(stallMs: number, signal?: AbortSignal): Watchdog {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let reject: (error: TimbreError) => void = () => {};
  const ended = new Promise<never>((_, rejectEnded) => (reject = rejectEnded));
  // Nobody may be waiting when it ends; `guard` still sees the rejection.
  ended.catch(() => {});
  const onAbort = () => reject(new TimbreError('job/cancelled', 'Cancelled.', { cause: signal?.reason }));
  const touch = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () => reject(new TimbreError('job/timeout', `Nothing moved for ${stallMs} ms.`)),
      stallMs
    );
  };
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort);
  touch();
  return {
    touch,
    fail: (error) => reject(error),
    guard: (work) => {
      touch();
      return Promise.race([work, ended]);
    },
    stop() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  };
}
