import type { OnBytes } from '../runtime';

/** Gets the part that is done, 0…1. */
export type OnFraction = (fraction: number) => void;

/** What tells a part's progress as the whole's, between two fractions. */
export function shareOf(onFraction: OnFraction | undefined, from: number, to: number): OnFraction {
  return (fraction) => onFraction?.(from + (to - from) * fraction);
}

/** A download's progress as a fraction; 0 while its size is not known. */
export function bytesAs(onFraction: OnFraction | undefined): OnBytes {
  return (loaded, total) => onFraction?.(total > 0 ? Math.min(1, loaded / total) : 0);
}
