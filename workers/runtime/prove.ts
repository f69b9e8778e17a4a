/** The golden-output self-test: a model's file is trusted on a device only once it said there what it says on WASM. */
import { TimbreError, type Device } from '../contract';
import { goldenDifference, goldenOf, type Golden } from './golden';
import type { GoldenStore } from './goldenStore';
import type { Feeds, Session } from './session';

/** A fixed input, and which outputs count. The shortest that goes through every part of the graph. */
export interface SelfTest {
  feeds: Feeds;
  outputs: readonly string[];
}

export interface Candidate {
  /** The file's URL: the key of what is known of it. */
  url: string;
  /** Of the weights, as in the file's name: '' is full precision. */
  variant: string;
  device: Device;
  session: Session;
  test: SelfTest;
  /** The same file on WASM, for the time of the comparison; undefined where that would take too much memory. */
  reference: (() => Promise<Session>) | undefined;
}

/**
 * Largest difference from WASM, relative to the largest number. Full precision was measured at 2e-6 on a small
 * graph; a deep one adds up. 16 bit are off by less than 5 %, and 4-bit kernels may round their inputs to 8 bit.
 * A broken kernel is wrong in the first digit.
 */
const TOLERANCE: Record<string, number> = { '': 0.01 };
const COARSE_TOLERANCE = 0.05;
/** Of two runs on the same device: threads may add up in another order. */
const REPEAT_TOLERANCE = 1e-4;

export function toleranceOf(variant: string): number {
  return TOLERANCE[variant] ?? COARSE_TOLERANCE;
}

/**
 * On WASM: plausible (finite, not empty) and the same twice; the answer is then kept and the test not repeated in
 * this version of the browser. On a GPU: what WASM said, at every load, because the run also compiles the GPU's
 * programs and so warms the model up.
 * @throws TimbreError 'model/run-failed'.
 */
export async function prove(candidate: Candidate, store: GoldenStore): Promise<void> {
  const { url, device } = candidate;
  const known = await store.get(url);
  if (device === 'wasm') {
    if (!known) await store.set(url, await answerTwice(candidate, candidate.session));
    return;
  }
  const answer = await answerOf(candidate, candidate.session);
  if (known && agree(answer, known, candidate)) return;
  // Of an earlier file of that name, perhaps: WASM is asked again before the device is blamed.
  const reference = await referenceOf(candidate);
  if (!reference) {
    // With nothing to compare, it must at least be sure of itself.
    expectClose(await answerOf(candidate, candidate.session), answer, REPEAT_TOLERANCE, candidate);
    return;
  }
  await store.set(url, reference);
  expectClose(answer, reference, toleranceOf(candidate.variant), candidate);
}

/** What WASM says; undefined where it can't be had: too large, or a file that only a GPU runs. */
async function referenceOf(candidate: Candidate): Promise<Golden | undefined> {
  if (!candidate.reference) return undefined;
  try {
    const session = await candidate.reference();
    try {
      return await answerOf(candidate, session);
    } finally {
      await session.release();
    }
  } catch (error) {
    if (!(error instanceof TimbreError) || !error.code.startsWith('model/')) throw error;
    console.warn('A model could not be compared with WASM.', error.message);
    return undefined;
  }
}

async function answerTwice(candidate: Candidate, session: Session): Promise<Golden> {
  const first = await answerOf(candidate, session);
  expectClose(await answerOf(candidate, session), first, REPEAT_TOLERANCE, candidate);
  return first;
}

async function answerOf({ test, url, device }: Candidate, session: Session): Promise<Golden> {
  const fetched = await session.run(test.feeds, test.outputs);
  try {
    return goldenOf(fetched, test.outputs);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new TimbreError('model/run-failed', `${url} failed its self-test on ${device}: ${what}`, { cause });
  }
}

function agree(answer: Golden, reference: Golden, { variant }: Candidate): boolean {
  return goldenDifference(answer, reference) <= toleranceOf(variant);
}

function expectClose(answer: Golden, other: Golden, tolerance: number, { url, device }: Candidate): void {
  const difference = goldenDifference(answer, other);
  if (difference <= tolerance) return;
  throw new TimbreError(
    'model/run-failed',
    `${url} failed its self-test on ${device}: off by ${difference}, more than ${tolerance}`
  );
}
