/** Where something stands out from the noise, by energy alone: of recordings and of what is cut from them, one rule. */
import type { Audio } from '../../../workers/contract';

const SILENCE_DBFS = -100;
const FRAME_MS = 20;
/** The quietest frames are noise: pauses make up a tenth even of fluent speech. */
const NOISE_PERCENTILE = 0.1;
const LOUD_PERCENTILE = 0.95;
/** Frames vary less than this in noise and in steady tones: nothing stands out. */
const MIN_RANGE_DB = 9;
/** Speech lies this much above the noise … */
const ABOVE_NOISE_DB = 6;
/** … and not further than this below its own loud parts. */
const BELOW_LOUD_DB = 35;
/** Nobody speaks below this. */
const MIN_SPEECH_FRAME_DBFS = -70;

/** 10 log10 of a power, never below −100. Full-scale power is 1. */
export function powerToDbfs(power: number): number {
  return power > 0 ? Math.max(SILENCE_DBFS, 10 * Math.log10(power)) : SILENCE_DBFS;
}

/** Of a frame, in samples. */
export function frameLength({ sampleRateHz }: Pick<Audio, 'sampleRateHz'>): number {
  return Math.max(1, Math.round((sampleRateHz * FRAME_MS) / 1000));
}

/** So many milliseconds in frames, rounded up. */
export function framesIn(ms: number): number {
  return Math.ceil(ms / FRAME_MS);
}

/** Mean power of each frame of 20 ms; the last one may be short. */
export function framePowers(audio: Audio): Float64Array {
  const { samples } = audio;
  const length = frameLength(audio);
  const powers = new Float64Array(Math.ceil(samples.length / length));
  for (let frame = 0; frame < powers.length; frame++) {
    const end = Math.min(samples.length, (frame + 1) * length);
    let energy = 0;
    for (let i = frame * length; i < end; i++) energy += (samples[i] ?? 0) ** 2;
    powers[frame] = energy / (end - frame * length);
  }
  return powers;
}

/** What the frames' powers say: the noise's, and from where a frame is speech. */
export interface EnergyFloor {
  noisePower: number;
  /** dB below full scale; null: nothing stands out. */
  speechFromDbfs: number | null;
}

export function energyFloor(powers: Float64Array): EnergyFloor {
  const sorted = powers.toSorted();
  const percentile = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  const noisePower = percentile(NOISE_PERCENTILE);
  const [noise, loud] = [powerToDbfs(noisePower), powerToDbfs(percentile(LOUD_PERCENTILE))];
  const stands = loud - noise >= MIN_RANGE_DB;
  const from = Math.max(noise + ABOVE_NOISE_DB, loud - BELOW_LOUD_DB, MIN_SPEECH_FRAME_DBFS);
  return { noisePower, speechFromDbfs: stands ? from : null };
}
