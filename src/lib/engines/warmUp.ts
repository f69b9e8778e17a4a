/** Work that comes to nothing but loaded models that have run. */
import { SPEECH_RATE_HZ, TimbreError, type Audio } from '../../../workers/contract';
import type { CallOptions, Coming, Engines } from './types';

/** As little as has words. */
const SHORTEST = 'OK';

/** The least that can be asked of a stage. */
export interface Least {
  /** Has the recogniser hear silence, of which `transcribe` would tell it nothing. */
  hearSilence(options: CallOptions): Promise<void>;
  translate: Engines['translate'];
  embed: Engines['embed'];
  synthesize: Engines['synthesize'];
}

export function tryOut(
  coming: Coming,
  { hearSilence, translate, embed, synthesize }: Least,
  options: CallOptions
): Promise<unknown> {
  if (coming.stage === 'transcribe') return hearSilence(options);
  if (coming.stage === 'voice') return embed(hum(), options);
  if (coming.stage === 'synthesize') return synthesize(SHORTEST, coming.language, undefined, options);
  return translate([SHORTEST], coming.from, [...coming.to], options);
}

/** As short as a voice may be; of silence nobody's voice can be told. */
const hum = (): Audio => ({
  samples: Float32Array.from({ length: SPEECH_RATE_HZ / 2 }, (_, i) => 0.1 * Math.sin(0.05 * i)),
  sampleRateHz: SPEECH_RATE_HZ
});

/** Whatever it was, the real call will say it; here it is kept for developers. */
export function tellUnready({ stage }: Coming, error: unknown): void {
  if (error instanceof TimbreError && error.code === 'job/cancelled') return;
  console.warn(`${stage} could not be made ready.`, error);
}
