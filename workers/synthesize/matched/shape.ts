import type { Audio } from '../../contract';
import { bandAt, BANDS, bandLevels, type BandStatistics } from './bands';

/**
 * How the spectrum is carried over from one voice to another. A band that has the level L in the first voice gets
 * target + slope · (L − pivot): mean and spread of the levels become the second voice's, as between two Gaussian
 * variables. Each list has a value for each band.
 */
export interface Shape {
  pivotDb: readonly number[];
  targetDb: readonly number[];
  slope: readonly number[];
}

/** A band's levels are spread or drawn together by no more. */
export const SLOPE_BOUNDS = { low: 0.5, high: 1.5 };

/** What carries the levels of one voice over to another's. */
export function shapeBetween(from: BandStatistics, to: BandStatistics): Shape {
  return {
    pivotDb: from.meanDb,
    targetDb: to.meanDb,
    slope: from.spreadDb.map((spread, b) => {
      const ratio = spread > 0 ? (to.spreadDb[b] ?? spread) / spread : 1;
      return Math.min(SLOPE_BOUNDS.high, Math.max(SLOPE_BOUNDS.low, ratio));
    })
  };
}

/** No band is made louder or quieter by more. */
const MOST_DB = 12;
/** Levels further from a band's usual one are moved no more than those here: pauses and clicks stay what they are. */
const REACH_DB = 18;
/** Points of a filter's curve from 0 to half the sample rate; the filter is twice as long. */
const POINTS = 96;

/**
 * The sound with its bands at other levels, as long as before: a filter of linear phase for every 8 ms, whose delay is
 * taken out, each faded into the next. Silence stays silence.
 */
export function shaped(audio: Audio, shape: Shape): Audio {
  const { samples, sampleRateHz } = audio;
  const { frames, hop, gains } = gainsOf(audio, shape);
  const places = Float64Array.from({ length: POINTS + 1 }, (_, k) => bandAt((k * sampleRateHz) / 2 / POINTS));
  const cosines = Float64Array.from({ length: 2 * POINTS }, (_, n) => Math.cos((Math.PI * n) / POINTS));
  const curve = new Float64Array(POINTS + 1);
  const taps = new Float64Array(POINTS);
  const out = new Float32Array(samples.length);
  for (let t = 0; t < frames; t++) {
    const [from, to] = [Math.max(0, (t - 1) * hop + 1), Math.min(samples.length, (t + 1) * hop)];
    if (isSilent(samples, from, to)) continue;
    for (let k = 0; k <= POINTS; k++) curve[k] = gainAt(gains, t, places[k] as number);
    filterOf(curve, cosines, taps);
    for (let i = from; i < to; i++) {
      // A triangle around the frame's middle; neighbours add up to 1.
      const x = (samples[i] as number) * (1 - Math.abs(i - t * hop) / hop);
      if (x === 0) continue;
      out[i] = (out[i] as number) + x * (taps[0] as number);
      const reach = Math.min(POINTS - 1, Math.max(i, samples.length - 1 - i));
      for (let n = 1; n <= reach; n++) {
        const y = x * (taps[n] as number);
        if (i >= n) out[i - n] = (out[i - n] as number) + y;
        if (i + n < out.length) out[i + n] = (out[i + n] as number) + y;
      }
    }
  }
  return { samples: out, sampleRateHz };
}

/** In dB, band b of frame t at `gains[t * BANDS + b]`, without jumps from frame to frame. */
function gainsOf(audio: Audio, shape: Shape): { gains: Float32Array; frames: number; hop: number } {
  const { levels, frames, hop } = bandLevels(audio);
  const raw = levels.map((level, i) => {
    const b = i % BANDS;
    const [pivot, target, slope] = [shape.pivotDb[b] ?? 0, shape.targetDb[b] ?? 0, shape.slope[b] ?? 1];
    const away = Math.min(REACH_DB, Math.max(-REACH_DB, level - pivot));
    return Math.min(MOST_DB, Math.max(-MOST_DB, target - pivot + (slope - 1) * away));
  });
  const gains = raw.map((gain, i) => (gain + (raw[i - BANDS] ?? gain) + (raw[i + BANDS] ?? gain)) / 3);
  return { gains, frames, hop };
}

/** As a factor. @param place among the bands, see `bandAt`. */
function gainAt(gains: Float32Array, frame: number, place: number): number {
  const low = Math.floor(place);
  const a = gains[frame * BANDS + low] ?? 0;
  const b = gains[frame * BANDS + Math.min(BANDS - 1, low + 1)] ?? a;
  return 10 ** ((a + (place - low) * (b - a)) / 20);
}

/** The right half of a symmetric filter with this curve: its inverse cosine transform under a Hann window. */
function filterOf(curve: Float64Array, cosines: Float64Array, taps: Float64Array): void {
  for (let n = 0; n < POINTS; n++) {
    let sum = ((curve[0] as number) + (n % 2 === 0 ? 1 : -1) * (curve[POINTS] as number)) / 2;
    for (let k = 1; k < POINTS; k++)
      sum += (curve[k] as number) * (cosines[(k * n) % (2 * POINTS)] as number);
    taps[n] = (sum / POINTS) * (0.5 + 0.5 * Math.cos((Math.PI * n) / POINTS));
  }
}

function isSilent(samples: Float32Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (samples[i] !== 0) return false;
  return true;
}
