import { energyFloor, frameLength, framePowers, framesIn, powerToDbfs } from '$lib/energy';
import type { Audio } from '$workers/contract';
import type { Stretch } from './types';

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
  const { speechFromDbfs } = energyFloor(powers);
  if (speechFromDbfs === null) return [];
  const runs: Stretch[] = [];
  powers.forEach((power, frame) => {
    if (powerToDbfs(power) < speechFromDbfs) return;
    const last = runs.at(-1);
    if (last && frame - last.to < framesIn(MIN_PAUSE_MS)) last.to = frame + 1;
    else runs.push({ from: frame, to: frame + 1 });
  });
  const long = runs.filter(({ from, to }) => to - from >= framesIn(MIN_SPEECH_MS));
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

function padded(stretches: readonly Stretch[], padding: number, length: number): Stretch[] {
  return stretches.map(({ from, to }, index) => {
    const [before, after] = [stretches[index - 1], stretches[index + 1]];
    return {
      from: Math.max(0, from - padding, before ? Math.floor((before.to + from) / 2) : 0),
      to: Math.min(length, to + padding, after ? Math.floor((to + after.from) / 2) : length)
    };
  });
}
