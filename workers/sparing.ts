/** For what is told far more often than anyone can look: each telling costs both sides time. */
import { realClock, type Clock } from './clock';

export interface Sparing<T> {
  tell(value: T): void;
  /** Nothing is told any more, nor what was put off. */
  end(): void;
}

/**
 * Puts off what comes too soon after the last, so that the newest is told in time although nothing follows it.
 * @param isUrgent told at once however soon it comes: a new step, say, or the end of one.
 */
export function sparing<T>(
  tell: (value: T) => void,
  everyMs: number,
  isUrgent: (value: T, last: T | undefined) => boolean,
  clock: Clock = realClock
): Sparing<T> {
  let last: T | undefined;
  let toldAt = -Infinity;
  let takeBack: (() => void) | undefined;
  let ended = false;

  const putOffNoMore = () => {
    takeBack?.();
    takeBack = undefined;
  };
  const tellNow = (value: T) => {
    putOffNoMore();
    toldAt = clock.now();
    last = value;
    tell(value);
  };
  return {
    tell(value) {
      if (ended) return;
      const waitMs = toldAt + everyMs - clock.now();
      if (waitMs <= 0 || isUrgent(value, last)) return tellNow(value);
      putOffNoMore();
      takeBack = clock.after(waitMs, () => tellNow(value));
    },
    end() {
      ended = true;
      putOffNoMore();
    }
  };
}
