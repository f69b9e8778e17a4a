/** Work that comes to nothing but loaded models that have run. */
import { TimbreError } from '../../../workers/contract';
import type { CallOptions, Coming, Engines } from './types';

/** As little as has words. */
const SHORTEST = ['OK'];

/** The least that can be asked of a stage. */
export interface Least {
  /** Has the recogniser hear silence, of which `transcribe` would tell it nothing. */
  hearSilence(options: CallOptions): Promise<void>;
  translate: Engines['translate'];
}

export function tryOut(
  coming: Coming,
  { hearSilence, translate }: Least,
  options: CallOptions
): Promise<unknown> {
  if (coming.stage === 'transcribe') return hearSilence(options);
  return translate(SHORTEST, coming.from, [...coming.to], options);
}

/** Whatever it was, the real call will say it; here it is kept for developers. */
export function tellUnready({ stage }: Coming, error: unknown): void {
  if (error instanceof TimbreError && error.code === 'job/cancelled') return;
  console.warn(`${stage} could not be made ready.`, error);
}
