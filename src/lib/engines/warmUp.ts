/** Work that comes to nothing but loaded models. */
import { SPEECH_RATE_HZ, TimbreError, type Audio } from '../../../workers/contract';
import type { Coming, Engines } from './types';

/** Short, and long enough for every model's first window. */
const SILENCE_MS = 500;
/** As little as has words. */
const SHORTEST = ['OK'];

export function silence(): Audio {
  return {
    samples: new Float32Array((SILENCE_MS / 1000) * SPEECH_RATE_HZ),
    sampleRateHz: SPEECH_RATE_HZ
  };
}

/** The least that can be asked of a stage. */
export function tryOut(
  coming: Coming,
  { transcribe, translate }: Pick<Engines, 'transcribe' | 'translate'>,
  signal: AbortSignal | undefined
): Promise<unknown> {
  const options = signal ? { signal } : {};
  if (coming.stage === 'transcribe') return transcribe(silence(), { ...options, wordTimes: false });
  return translate(SHORTEST, coming.from, [...coming.to], options);
}

/** Whatever it was, the real call will say it; here it is kept for developers. */
export function tellUnready({ stage }: Coming, error: unknown): void {
  if (error instanceof TimbreError && error.code === 'job/cancelled') return;
  console.warn(`${stage} could not be made ready.`, error);
}
