import type { Audio } from '../../contract';
import { hann, RealFft } from '../../signal';
import { spokenRms } from '../level';
import { frameSize } from './frameSize';

/** Bands of equal width in mel, so of the ear's kind, from 100 to 7600 Hz: what 16 kHz recordings have. */
export const BANDS = 24;
const [LOWEST_HZ, HIGHEST_HZ] = [100, 7600];

const WINDOW_SECONDS = 0.032;
export const HOP_SECONDS = 0.008;
/** Frames this far below the speech's level are pauses, and tell nothing of a voice. */
export const GATE_DB = 30;
/** A band is never taken to be quieter than this below the speech's level: below lies the recording's noise. */
export const FLOOR_DB = -70;

/** After O'Shaughnessy, with natural logarithms. */
export const mel = (hz: number) => 1127 * Math.log(1 + hz / 700);

/** Where a frequency lies among the bands: 0 at the first one's middle, `BANDS` − 1 at the last one's, clamped. */
export function bandAt(hz: number): number {
  const share = (mel(hz) - mel(LOWEST_HZ)) / (mel(HIGHEST_HZ) - mel(LOWEST_HZ));
  return Math.min(BANDS - 1, Math.max(0, share * (BANDS - 1)));
}

/** Levels of the bands in each frame, in dB against the speech's level: band b of frame t is `levels[t * BANDS + b]`. */
export interface BandLevels {
  levels: Float32Array;
  frames: number;
  /** Samples from one frame's middle to the next; the first one's is at 0. */
  hop: number;
  /** Of each frame as a whole, in dB against the speech's level. */
  loudness: Float32Array;
}

/** @param reference the speech's level as a root mean square, where the sound is a part of more. */
export function bandLevels(
  { samples, sampleRateHz }: Audio,
  reference = spokenRms(samples, sampleRateHz)
): BandLevels {
  const size = frameSize(WINDOW_SECONDS * sampleRateHz);
  const hop = Math.round(HOP_SECONDS * sampleRateHz);
  // So that the last one's middle is at the last sample or behind it.
  const frames = samples.length === 0 ? 0 : Math.ceil((samples.length - 1) / hop) + 1;
  const fft = new RealFft(size);
  const window = hann(size);
  const weights = weightsOf(fft.bins, sampleRateHz / size);
  // A sine of power 1 has this much in all bins together.
  const scale = 1 / ((reference ** 2 || 1) * size * window.reduce((sum, x) => sum + x * x, 0) * 0.5);
  const frame = new Float64Array(size);
  const power = new Float64Array(fft.bins);
  const levels = new Float32Array(frames * BANDS);
  const loudness = new Float32Array(frames);
  const floor = 10 ** (FLOOR_DB / 10);
  for (let t = 0; t < frames; t++) {
    const from = t * hop - size / 2;
    for (let i = 0; i < size; i++) frame[i] = (samples[from + i] ?? 0) * (window[i] as number);
    fft.power(frame, power);
    let all = 0;
    for (let b = 0; b < BANDS; b++) {
      let sum = 0;
      for (const [bin, weight] of weights[b] ?? []) sum += (power[bin] as number) * weight;
      all += sum;
      levels[t * BANDS + b] = 10 * Math.log10(Math.max(sum * scale, floor));
    }
    loudness[t] = 10 * Math.log10(Math.max(all * scale, floor));
  }
  return { levels, frames, hop, loudness };
}

/** What is usual in each band while somebody speaks, in dB: how loud, and how far it moves (standard deviation). */
export interface BandStatistics {
  meanDb: number[];
  spreadDb: number[];
}

/** Of all sounds together. Undefined: nobody speaks in them. */
export function bandStatistics(sounds: readonly BandLevels[]): BandStatistics | undefined {
  const sums = new Float64Array(BANDS);
  const squares = new Float64Array(BANDS);
  let count = 0;
  for (const { levels, frames, loudness } of sounds) {
    for (let t = 0; t < frames; t++) {
      if ((loudness[t] as number) < -GATE_DB) continue;
      count++;
      for (let b = 0; b < BANDS; b++) {
        const level = levels[t * BANDS + b] as number;
        sums[b] = (sums[b] as number) + level;
        squares[b] = (squares[b] as number) + level * level;
      }
    }
  }
  if (count === 0) return undefined;
  const meanDb = Array.from(sums, (sum) => sum / count);
  const spreadDb = meanDb.map((mean, b) =>
    Math.sqrt(Math.max(0, (squares[b] as number) / count - mean * mean))
  );
  return { meanDb, spreadDb };
}

/** For each band, the bins it hears and how much: triangles that add up to 1. */
function weightsOf(bins: number, binHz: number): [bin: number, weight: number][][] {
  const weights = Array.from({ length: BANDS }, (): [number, number][] => []);
  for (let bin = 1; bin < bins && bin * binHz <= HIGHEST_HZ; bin++) {
    const at = bandAt(bin * binHz);
    const low = Math.floor(at);
    weights[low]?.push([bin, 1 - (at - low)]);
    if (at > low) weights[low + 1]?.push([bin, at - low]);
  }
  return weights;
}
