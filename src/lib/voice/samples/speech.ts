import type { Audio } from '$workers/contract';
import type { Stretch } from './types';

const FRAME_MS = 20;
/** The quietest frames are noise, and the loudest are speech where something stands out at all: as in `measure`. */
const NOISE_PERCENTILE = 0.1;
const LOUD_PERCENTILE = 0.95;
const MIN_RANGE_DB = 9;
const ABOVE_NOISE_DB = 6;
const BELOW_LOUD_DB = 35;
/** Nobody speaks below this. */
const MIN_SPEECH_FRAME_DBFS = -70;
/** Shorter sounds are clicks. */
const MIN_SPEECH_MS = 80;
/** Shorter silences are inside words. */
const MIN_PAUSE_MS = 300;
/** Kept around each stretch, so that no soft onset and no word's quiet end is cut off. */
const PADDING_MS = 200;

/**
 * Where something stands out from the noise, by energy: in order, apart from each other, padded. Empty where nothing
 * does. A pause between two is shared by their padding.
 */
export function speechByEnergy(audio: Audio): Stretch[] {
  const powers = framePowers(audio);
  const threshold = thresholdOf(powers);
  if (threshold === null) return [];
  const frames = (ms: number) => Math.ceil(ms / FRAME_MS);
  const runs: Stretch[] = [];
  powers.forEach((power, frame) => {
    if (power < threshold) return;
    const last = runs.at(-1);
    if (last && frame - last.to < frames(MIN_PAUSE_MS)) last.to = frame + 1;
    else runs.push({ from: frame, to: frame + 1 });
  });
  const long = runs.filter(({ from, to }) => to - from >= frames(MIN_SPEECH_MS));
  const length = frameLength(audio);
  return padded(
    long.map(({ from, to }) => ({ from: from * length, to: to * length })),
    Math.round((PADDING_MS * audio.sampleRateHz) / 1000),
    audio.samples.length
  );
}

/** The stretches' sound, one after another; all of it where there are none. */
export function joined({ samples, sampleRateHz }: Audio, stretches: readonly Stretch[]): Audio {
  if (stretches.length === 0) return { samples, sampleRateHz };
  const only = new Float32Array(stretches.reduce((sum, { from, to }) => sum + to - from, 0));
  let at = 0;
  for (const { from, to } of stretches) {
    only.set(samples.subarray(from, to), at);
    at += to - from;
  }
  return { samples: only, sampleRateHz };
}

/** Mean power of each frame; the last one may be short. */
export function framePowers(audio: Audio): Float64Array {
  const length = frameLength(audio);
  const powers = new Float64Array(Math.ceil(audio.samples.length / length));
  for (let frame = 0; frame < powers.length; frame++) {
    const part = audio.samples.subarray(frame * length, (frame + 1) * length);
    powers[frame] = part.reduce((sum, x) => sum + x * x, 0) / part.length;
  }
  return powers;
}

export function frameLength({ sampleRateHz }: Audio): number {
  return Math.max(1, Math.round((sampleRateHz * FRAME_MS) / 1000));
}

/** The power from which a frame is speech; null: nothing stands out. */
function thresholdOf(powers: Float64Array): number | null {
  const sorted = powers.toSorted();
  const percentile = (part: number) =>
    decibels(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0);
  const [noise, loud] = [percentile(NOISE_PERCENTILE), percentile(LOUD_PERCENTILE)];
  if (loud - noise < MIN_RANGE_DB) return null;
  return 10 ** (Math.max(noise + ABOVE_NOISE_DB, loud - BELOW_LOUD_DB, MIN_SPEECH_FRAME_DBFS) / 10);
}

function decibels(power: number): number {
  return 10 * Math.log10(Math.max(power, 1e-10));
}

function padded(stretches: readonly Stretch[], padding: number, length: number): Stretch[] {
  return stretches.map(({ from, to }, index) => {
    const [before, after] = [stretches[index - 1], stretches[index + 1]];
    return {
      from: Math.max(0, from - padding, before ? Math.floor((before.to + from) / 2) : 0),
      to: Math.min(length, to + padding, after ? Math.floor((to + after.from) / 2) : length)
    };
  });
}
