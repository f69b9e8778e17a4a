import type { Readable } from 'svelte/store';
import { cancelled } from './cancelled';

/** The first value that fits; undefined is none yet. Errors: what `fits` throws, `job/cancelled` by the signal. */
export function firstThat<T, U extends T>(
  live: Readable<T | undefined>,
  fits: (value: T) => value is U,
  signal?: AbortSignal
): Promise<U>;
export function firstThat<T>(
  live: Readable<T | undefined>,
  fits: (value: T) => boolean,
  signal?: AbortSignal
): Promise<T>;
export function firstThat<T>(
  live: Readable<T | undefined>,
  fits: (value: T) => boolean,
  signal?: AbortSignal
): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = { stop: () => {}, over: false };
    const finish = (act: () => void) => {
      end.over = true;
      end.stop();
      signal?.removeEventListener('abort', aborted);
      act();
    };
    const aborted = () => finish(() => reject(cancelled()));
    if (signal?.aborted) return aborted();
    signal?.addEventListener('abort', aborted, { once: true });
    const stop = live.subscribe((value) => {
      if (value === undefined || end.over) return;
      try {
        if (fits(value)) finish(() => resolve(value));
      } catch (error) {
        finish(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    });
    // A store may have answered while it was being subscribed to.
    if (end.over) stop();
    else end.stop = stop;
  });
}
