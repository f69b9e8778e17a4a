/** Where long speech is cut, so that the memory of one run has a limit. */
import { HOP } from './spectrogram';

/** In frames. */
export interface Part {
  from: number;
  to: number;
}

/** How quiet it is at a border is judged over so many frames on either side: 0.08 s in all. */
const AROUND = 3;

/**
 * Parts of at most `longest` frames that follow one another, cut at the quietest place in the second half of what one
 * part could hold: speech has a pause every few seconds.
 * @param samples mono, `RATE_HZ`. @param frames of them.
 */
export function partsOf(samples: Float32Array, frames: number, longest: number): Part[] {
  const parts: Part[] = [];
  let from = 0;
  while (frames - from > longest) {
    const to = quietestBorder(samples, from + Math.ceil(longest / 2), from + longest);
    parts.push({ from, to });
    from = to;
  }
  return [...parts, { from, to: frames }];
}

function quietestBorder(samples: Float32Array, first: number, last: number): number {
  let quietest = last;
  let least = Infinity;
  for (let border = first; border <= last; border++) {
    const around = samples.subarray(Math.max(0, border - AROUND) * HOP, (border + AROUND) * HOP);
    const energy = around.reduce((sum, x) => sum + x * x, 0);
    if (energy < least) [quietest, least] = [border, energy];
  }
  return quietest;
}
