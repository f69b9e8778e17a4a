/** What a self-test's run gave, small enough to be kept, and how two such answers are compared. */
import { TimbreError } from '../contract';
import { relativeDifference } from './selfTest';
import type { Fetched } from './session';
import { floatData } from './tensors';

/** One output: its shape, and some of its numbers, evenly spread, in order. */
export interface GoldenOutput {
  dims: number[];
  /** At most `MOST_KEPT`. */
  values: Float32Array;
}
/** By the outputs' names. */
export type Golden = Record<string, GoldenOutput>;

/** Of hidden states with millions of numbers some thousands find a wrong kernel just as well. */
const MOST_KEPT = 4096;

/**
 * @throws TimbreError 'model/run-failed' for an answer that can't be right: numbers that are none, none at all,
 * or all the same.
 */
export function goldenOf(fetched: Fetched, outputs: readonly string[]): Golden {
  return Object.fromEntries(
    outputs.map((name) => {
      const data = floatData(fetched[name], name);
      const [first] = data;
      if (!data.every(Number.isFinite)) throw implausible(name, 'numbers that are none');
      if (data.every((x) => x === first)) throw implausible(name, 'nothing, or the same everywhere');
      const stride = Math.ceil(data.length / MOST_KEPT);
      const values = data.filter((_, i) => i % stride === 0);
      return [name, { dims: [...(fetched[name]?.dims ?? [])], values }];
    })
  );
}

/** Largest difference of any output, relative to its largest number; Infinity when names or shapes differ. */
export function goldenDifference(tested: Golden, reference: Golden): number {
  const names = Object.keys(reference);
  if (names.length !== Object.keys(tested).length) return Infinity;
  return names.reduce((most, name) => {
    const [a, b] = [tested[name], reference[name]];
    if (!a || !b || a.dims.join() !== b.dims.join()) return Infinity;
    return Math.max(most, relativeDifference(a.values, b.values));
  }, 0);
}

function implausible(name: string, what: string): TimbreError {
  return new TimbreError('model/run-failed', `${name} holds ${what}`);
}
