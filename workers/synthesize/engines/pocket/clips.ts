import type { Audio } from '../../../contract';
import { resample } from '../../../decode';
import { clipsByWorth, SHORTEST_SECONDS } from '../../bestClips';
import { FRAME, RATE_HZ } from './layout';
import { MOST_FRAMES } from './prompt';

/**
 * A person's cleanest and longest clips behind one another, 30 s at most, each filled up to whole frames.
 * @param clips silence cut out, of any sample rate. @returns mono, `RATE_HZ`. @throws as `clipsByWorth`.
 */
export function bestOf(clips: readonly Audio[]): Float32Array {
  const whole = new Float32Array(MOST_FRAMES * FRAME);
  let length = 0;
  for (const clip of clipsByWorth(clips)) {
    if (whole.length - length < SHORTEST_SECONDS * RATE_HZ) break;
    const samples = resample(clip.samples, clip.sampleRateHz, RATE_HZ).subarray(0, whole.length - length);
    whole.set(samples, length);
    length += FRAME * Math.ceil(samples.length / FRAME);
  }
  return whole.subarray(0, length);
}
