import type { Audio } from '../../contract';
import { bandAt, BANDS, bandLevels, type BandStatistics } from './bands';
import { filtered, filterHz } from './filter';

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
/** Steps of a filter's curve: it is 9 ms long at eSpeak's rate. */
const STEPS = 96;

/** The sound with its bands at other levels, as long as before. Silence stays silence. */
export function shaped(audio: Audio, shape: Shape): Audio {
  const { frames, hop, gains } = gainsOf(audio, shape);
  const places = filterHz(audio.sampleRateHz, STEPS).map(bandAt);
  const curveOf = (t: number, curve: Float64Array) => {
    for (const [k, place] of places.entries()) curve[k] = gainAt(gains, t, place);
  };
  return filtered(audio, { hop, frames, steps: STEPS, curveOf });
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
