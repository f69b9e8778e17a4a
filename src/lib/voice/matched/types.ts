import type { Engines } from '$lib/engines';

/** What the fit works with. All of it can be replaced in a test. */
export interface MatchedDeps {
  engines: Pick<Engines, 'synthesize' | 'embed'>;
  resample(samples: Float32Array, fromHz: number, toHz: number): Float32Array | Promise<Float32Array>;
  /** Lets the page answer between two pieces of work. */
  breathe(): Promise<void>;
  /** Milliseconds from any start, never going back. */
  now(): number;
}
