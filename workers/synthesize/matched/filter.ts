import type { Audio } from '../../contract';

/** The frequencies, in Hz, at which a filter's curve is given: so many steps from 0 to half the sample rate. */
export function filterHz(sampleRateHz: number, steps: number): readonly number[] {
  return Array.from({ length: steps + 1 }, (_, k) => (k * sampleRateHz) / 2 / steps);
}

/** How a sound is filtered. */
export interface Filtering {
  /** Samples from one frame's middle to the next; the first one's is at 0, the last one's at the end or behind. */
  hop: number;
  frames: number;
  /** Of a curve; the filter is twice as long. */
  steps: number;
  /** Writes the curve of a frame, as factors at `filterHz`. It is not asked for silent frames. */
  curveOf(frame: number, curve: Float64Array): void;
}

/**
 * The sound through a filter of linear phase for every frame, whose delay is taken out, each faded into the next: no
 * frame is cut and put together again. As long as before; silence stays silence.
 */
export function filtered(
  { samples, sampleRateHz }: Audio,
  { hop, frames, steps, curveOf }: Filtering
): Audio {
  const cosines = Float64Array.from({ length: 2 * steps }, (_, n) => Math.cos((Math.PI * n) / steps));
  const curve = new Float64Array(steps + 1);
  const taps = new Float64Array(steps);
  // With room for what rings before the first sample and behind the last.
  const out = new Float32Array(samples.length + 2 * steps);
  for (let t = 0; t < frames; t++) {
    const [from, to] = [Math.max(0, (t - 1) * hop + 1), Math.min(samples.length, (t + 1) * hop)];
    if (isSilent(samples, from, to)) continue;
    curveOf(t, curve);
    filterOf(curve, cosines, taps);
    for (let i = from; i < to; i++) {
      // A triangle around the frame's middle; neighbours add up to 1.
      const x = (samples[i] as number) * (1 - Math.abs(i - t * hop) / hop);
      if (x === 0) continue;
      const middle = i + steps;
      out[middle] = (out[middle] as number) + x * (taps[0] as number);
      for (let n = 1; n < steps; n++) {
        const y = x * (taps[n] as number);
        out[middle - n] = (out[middle - n] as number) + y;
        out[middle + n] = (out[middle + n] as number) + y;
      }
    }
  }
  return { samples: out.slice(steps, steps + samples.length), sampleRateHz };
}

/** The right half of a symmetric filter with this curve: its inverse cosine transform under a Hann window. */
function filterOf(curve: Float64Array, cosines: Float64Array, taps: Float64Array): void {
  const steps = taps.length;
  for (let n = 0; n < steps; n++) {
    let sum = ((curve[0] as number) + (n % 2 === 0 ? 1 : -1) * (curve[steps] as number)) / 2;
    for (let k = 1, at = n; k < steps; k++, at += n) {
      if (at >= 2 * steps) at -= 2 * steps;
      sum += (curve[k] as number) * (cosines[at] as number);
    }
    taps[n] = (sum / steps) * (0.5 + 0.5 * Math.cos((Math.PI * n) / steps));
  }
}

function isSilent(samples: Float32Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (samples[i] !== 0) return false;
  return true;
}
