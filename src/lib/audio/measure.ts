import { energyFloor, framePowers, powerToDbfs } from '../energy';
import type { Audio } from '../../../workers/contract';

/** What a recording is worth, in the order in which it is said: the first that holds. */
export type AudioVerdict = 'too-short' | 'too-quiet' | 'clipped' | 'noisy' | 'good';

export interface AudioMeasure {
  durationMs: number;
  /** Root mean square of all samples, dB below full scale; −100 for silence. */
  rmsDbfs: number;
  /** Loudest sample; may be a little above 0 after resampling. */
  peakDbfs: number;
  /** Mean power of the frames that hold speech; −100 when there are none. */
  speechDbfs: number;
  noiseFloorDbfs: number;
  /** Speech power over noise power, dB, 0…80. 0 when no speech stands out. */
  snrDb: number;
  /** Part of the samples that lie on a clipped top, 0…1. */
  clippingShare: number;
  /** Part of the time in which something stands out from the noise, 0…1. By energy: music counts, too. */
  speechShare: number;
  verdict: AudioVerdict;
}

/** Where the verdicts begin. */
export const VERDICT_LIMITS = {
  /** Less speech than this, in milliseconds, is too short. */
  minSpeechMs: 500,
  /** Speech below this is too quiet. */
  minSpeechDbfs: -40,
  maxClippingShare: 0.01,
  minSnrDb: 15
} as const;

/** What is said where there is no speech. */
const SILENCE_DBFS = -100;
const MAX_SNR_DB = 80;
/** A top this near to full scale, and this long, has been cut off. */
const CLIP_LEVEL = 0.985;
const CLIP_RUN = 2;

/** Level, noise, clipping and speech share of a mono recording, with a verdict. Takes about 1 ms for each minute. */
export function measure(audio: Audio): AudioMeasure {
  const { samples, sampleRateHz } = audio;
  const { power, peak, clipped } = overall(samples);
  const speech = speechAbove(framePowers(audio));
  const durationMs = (samples.length / sampleRateHz) * 1000;
  const figures = {
    durationMs,
    rmsDbfs: powerToDbfs(power),
    peakDbfs: powerToDbfs(peak * peak),
    clippingShare: samples.length > 0 ? clipped / samples.length : 0,
    ...speech
  };
  return { ...figures, verdict: verdictOf(figures) };
}

function overall(samples: Float32Array): { power: number; peak: number; clipped: number } {
  let energy = 0;
  let peak = 0;
  let clipped = 0;
  let run = 0;
  for (const sample of samples) {
    const size = Math.abs(sample);
    energy += size * size;
    if (size > peak) peak = size;
    if (size >= CLIP_LEVEL) {
      run++;
      clipped += run === CLIP_RUN ? CLIP_RUN : run > CLIP_RUN ? 1 : 0;
    } else run = 0;
  }
  return { power: samples.length > 0 ? energy / samples.length : 0, peak, clipped };
}

function speechAbove(
  powers: Float64Array
): Pick<AudioMeasure, 'speechDbfs' | 'noiseFloorDbfs' | 'snrDb' | 'speechShare'> {
  const { noisePower, speechFromDbfs } = energyFloor(powers);
  const noiseFloorDbfs = powerToDbfs(noisePower);
  const none = { speechDbfs: SILENCE_DBFS, noiseFloorDbfs, snrDb: 0, speechShare: 0 };
  if (speechFromDbfs === null) return none;
  let count = 0;
  let energy = 0;
  for (const power of powers) {
    if (powerToDbfs(power) < speechFromDbfs) continue;
    count++;
    energy += power;
  }
  if (count === 0) return none;
  const speechPower = energy / count;
  // The noise goes on under the speech: take it out before comparing.
  const snrDb = powerToDbfs(Math.max(0, speechPower - noisePower)) - noiseFloorDbfs;
  return {
    speechDbfs: powerToDbfs(speechPower),
    noiseFloorDbfs,
    snrDb: Math.min(MAX_SNR_DB, Math.max(0, snrDb)),
    speechShare: count / powers.length
  };
}

function verdictOf(figures: Omit<AudioMeasure, 'verdict'>): AudioVerdict {
  const { durationMs, speechShare, speechDbfs, rmsDbfs, clippingShare, snrDb } = figures;
  if (durationMs < VERDICT_LIMITS.minSpeechMs) return 'too-short';
  const level = speechShare > 0 ? speechDbfs : rmsDbfs;
  if (level < VERDICT_LIMITS.minSpeechDbfs) return 'too-quiet';
  if (clippingShare > VERDICT_LIMITS.maxClippingShare) return 'clipped';
  if (speechShare === 0) return 'noisy';
  if (durationMs * speechShare < VERDICT_LIMITS.minSpeechMs) return 'too-short';
  return snrDb < VERDICT_LIMITS.minSnrDb ? 'noisy' : 'good';
}
