/** What the engines' comparisons with a reference share. */
import type { Audio } from '../../contract';

/** 32-bit floats, as the references write them. */
export function numbersIn(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}

/** As in the engines' reference.py: a buzz with syllables. */
export function buzz(pitchHz: number, length: number, sampleRateHz: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const t = i / sampleRateHz;
    let x = 0;
    for (let k = 1; k <= 12; k++) x += Math.sin(2 * Math.PI * pitchHz * k * t) / k;
    return 0.2 * x * (0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * t));
  });
}

export function buzzClip(pitchHz: number, seconds: number, sampleRateHz: number): Audio {
  return { samples: buzz(pitchHz, Math.round(seconds * sampleRateHz), sampleRateHz), sampleRateHz };
}

/** Infinite where the lengths differ, NaN where a number is none. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] ?? NaN))), 0);
}
