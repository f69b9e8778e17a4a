import type { Audio } from '../../contract';
import { RealFft } from '../../signal';
import { spokenRms } from '../level';
import { FLOOR_DB, HOP_SECONDS, mel } from './bands';
import { frameSize } from './frameSize';
import { LOWEST_HZ, pitchAt, pitchTrack, type PitchTrack } from './pitch';

/** An envelope is told by so many cosine terms of its levels in dB over mel; the mean level is left out. */
export const TERMS = 24;
/** Points of equal distance in mel at which it is read, within what 16 kHz recordings have. */
const POINTS = 64;
const [FIRST_HZ, LAST_HZ] = [60, 7800];

/** Frames without a voice are heard as if they had this pitch. */
const UNVOICED_HZ = 500;

/** How the throat stands in each frame: term k of frame t is `terms[t * TERMS + k]`, in dB. */
export interface Envelopes {
  terms: Float32Array;
  frames: number;
  /** Samples from one frame's middle to the next; the first one's is at 0. */
  hop: number;
  /** Of each frame as a whole, in dB against the speech's level. */
  loudness: Float32Array;
  /** 1: with a voice. */
  voiced: Uint8Array;
}

/**
 * The spectral envelope of speech, without the partials of its pitch: a window of three periods, the power smoothed over
 * two thirds of the pitch, and its logarithm over the whole of it, which is then sharpened again (Morise, *CheapTrick, a
 * spectral envelope estimator for high-quality speech synthesis*, 2015). His lifter is written out as what it does to the
 * spectrum: with B(f) the mean of the logarithm over the pitch p around f, 1.3·B(f) − 0.15·(B(f − p) + B(f + p)).
 * @param track the pitch; @param reference the speech's level as a root mean square: where the sound is a part of more.
 */
export function envelopesOf(
  audio: Audio,
  track: PitchTrack = pitchTrack(audio),
  reference = spokenRms(audio.samples, audio.sampleRateHz)
): Envelopes {
  const { samples, sampleRateHz } = audio;
  const size = frameSize((3 * sampleRateHz) / LOWEST_HZ + 1);
  const hop = Math.round(HOP_SECONDS * sampleRateHz);
  // So that the last one's middle is at the last sample or behind it.
  const frames = samples.length === 0 ? 0 : Math.ceil((samples.length - 1) / hop) + 1;
  const fft = new RealFft(size);
  const binHz = sampleRateHz / size;
  const floor = 10 ** (FLOOR_DB / 10) * (reference ** 2 || 1);
  const [frame, window] = [new Float64Array(size), new Float64Array(size)];
  const [power, levels, sums] = [
    new Float64Array(fft.bins),
    new Float64Array(fft.bins),
    new Float64Array(fft.bins)
  ];
  const places = Float64Array.from(pointsHz(), (hz) => hz / binHz);
  const read = new Float64Array(POINTS);
  const cosines = Float64Array.from({ length: TERMS * POINTS }, (_, i) =>
    cosine(Math.floor(i / POINTS), i % POINTS)
  );
  const terms = new Float32Array(frames * TERMS);
  const loudness = new Float32Array(frames);
  const voiced = new Uint8Array(frames);
  for (let t = 0; t < frames; t++) {
    const hz = pitchAt(track, (t * hop) / sampleRateHz);
    voiced[t] = hz > 0 ? 1 : 0;
    const pitch = Math.max(LOWEST_HZ, hz || UNVOICED_HZ);
    const energy = cut(samples, t * hop, (1.5 * sampleRateHz) / pitch, window, frame);
    loudness[t] = 10 * Math.log10((energy + floor) / (reference ** 2 || 1));
    fft.power(frame, power);
    const width = pitch / binHz;
    fillBelow(power, width);
    integrate(power, sums);
    for (let k = 0; k < levels.length; k++)
      levels[k] = 10 * Math.log10(Math.max(0, meanAround(power, sums, k, (2 * width) / 3)) + floor);
    integrate(levels, sums);
    for (let m = 0; m < POINTS; m++) {
      const at = places[m] as number;
      const beside =
        meanAround(levels, sums, at - width, width) + meanAround(levels, sums, at + width, width);
      read[m] = 1.3 * meanAround(levels, sums, at, width) - 0.15 * beside;
    }
    for (let k = 0; k < TERMS; k++) {
      let sum = 0;
      for (let m = 0; m < POINTS; m++) sum += (read[m] as number) * (cosines[k * POINTS + m] as number);
      terms[t * TERMS + k] = (2 * sum) / POINTS;
    }
  }
  return { terms, frames, hop, loudness, voiced };
}

/** What the terms say of some frequencies, in dB around their mean: a sum of `TERMS` weights for each. */
export function termWeights(hz: readonly number[]): Float64Array[] {
  const [first, last] = [mel(FIRST_HZ), mel(LAST_HZ)];
  return hz.map((each) => {
    const share = Math.min(1, Math.max(0, (mel(each) - first) / (last - first)));
    const place = share * (POINTS - 1);
    return Float64Array.from({ length: TERMS }, (_, k) => cosine(k, place));
  });
}

/** Of the term after the mean, the second, …, at a point. */
function cosine(term: number, point: number): number {
  return Math.cos((Math.PI * (term + 1) * (point + 0.5)) / POINTS);
}

function pointsHz(): number[] {
  const [first, last] = [mel(FIRST_HZ), mel(LAST_HZ)];
  return Array.from(
    { length: POINTS },
    (_, m) => 700 * Math.expm1((first + (m / (POINTS - 1)) * (last - first)) / 1127)
  );
}

/**
 * A frame under a Hann window of energy 1 that reaches so far to both sides, its mean taken away; zeros behind it.
 * @returns the mean power.
 */
function cut(
  samples: Float32Array,
  middle: number,
  reach: number,
  window: Float64Array,
  frame: Float64Array
): number {
  const half = Math.round(reach);
  let [square, weight, sum] = [0, 0, 0];
  for (let i = -half; i <= half; i++) {
    const w = 0.5 + 0.5 * Math.cos((Math.PI * i) / reach);
    const x = w * (samples[middle + i] ?? 0);
    [window[i + half], frame[i + half]] = [w, x];
    square += w * w;
    weight += w;
    sum += x;
  }
  const scale = 1 / Math.sqrt(square);
  let energy = 0;
  for (let i = 0; i <= 2 * half; i++) {
    const x = scale * ((frame[i] as number) - ((window[i] as number) * sum) / weight);
    frame[i] = x;
    energy += x * x;
  }
  frame.fill(0, 2 * half + 1);
  return energy;
}

/** Below the pitch a voice has nothing: it gets there what lies mirrored around half the pitch, so that no hole is seen. */
function fillBelow(power: Float64Array, width: number): void {
  const mirrored: number[] = [];
  for (let k = 0; k < width; k++) {
    const low = Math.floor(width - k);
    const [a, b] = [power[low] ?? 0, power[low + 1] ?? 0];
    mirrored.push(a + (width - k - low) * (b - a));
  }
  for (const [k, x] of mirrored.entries()) power[k] = (power[k] as number) + x;
}

/** `sums[k]`: the integral from 0 to k + ½ of values that hold for half a step around each whole number. */
function integrate(values: Float64Array, sums: Float64Array): void {
  let sum = -(values[0] as number) / 2;
  for (let k = 0; k < values.length; k++) sums[k] = sum += values[k] as number;
}

/** Over `width` around a place; values are mirrored at both ends. */
function meanAround(values: Float64Array, sums: Float64Array, at: number, width: number): number {
  return (upTo(values, sums, at + width / 2) - upTo(values, sums, at - width / 2)) / width;
}

function upTo(values: Float64Array, sums: Float64Array, at: number): number {
  const last = values.length - 1;
  if (at < 0) return -upTo(values, sums, -at);
  if (at > last) return 2 * upTo(values, sums, last) - upTo(values, sums, 2 * last - at);
  const k = Math.round(at);
  return (sums[k] as number) + (at - k - 0.5) * (values[k] as number);
}
