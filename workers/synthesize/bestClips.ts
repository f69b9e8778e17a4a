/** Of a person's recordings the part that says the most about the voice, for engines that hear only so much. */
import { TimbreError, type Audio } from '../contract';
import { resample } from '../decode';
import { normaliseLevel } from './level';

/** Less says nothing about a voice. */
export const SHORTEST_SECONDS = 0.5;
/** −80 dB below full scale: nothing is heard. */
const SILENCE = 1e-4;
/** Between two clips, so that they do not sound like one word. */
const GAP_SECONDS = 0.15;
/** What the voice studio asks of a take: 15 dB above the noise, at most 1 % clipped. */
const CLEAN_DB = 15;
const MOST_CLIPPED = 0.01;
const CLIPPED = 0.99;
/** A clipped clip counts as much as a clean one of a quarter of its length. */
const CLIPPED_WORTH = 0.25;

/**
 * The cleanest and longest clips one behind the other, the best first, all equally loud.
 * @param clips of one person, silence cut out, of any sample rate. @returns mono, at `rateHz`.
 * @throws TimbreError 'voice/no-samples' (no clip), 'audio/too-short', 'speech/none-found'.
 */
export function bestClips(clips: readonly Audio[], rateHz: number, mostSeconds: number): Float32Array {
  const gap = Math.round(GAP_SECONDS * rateHz);
  const whole = new Float32Array(Math.round(mostSeconds * rateHz));
  let length = 0;
  for (const { samples, sampleRateHz } of clipsByWorth(clips)) {
    const from = length === 0 ? 0 : length + gap;
    if (whole.length - from < SHORTEST_SECONDS * rateHz) break;
    const clip = resample(samples, sampleRateHz, rateHz).slice(0, whole.length - from);
    normaliseLevel(clip, rateHz);
    whole.set(clip, from);
    length = from + clip.length;
  }
  return whole.slice(0, length);
}

/**
 * The clips that are long enough and not silent.
 * @throws TimbreError 'voice/no-samples' (no clip), 'audio/too-short', 'speech/none-found'.
 */
export function usableClips(clips: readonly Audio[]): Audio[] {
  if (clips.length === 0) throw new TimbreError('voice/no-samples', 'there is nothing to know a voice by');
  const long = clips.filter((clip) => secondsOf(clip) >= SHORTEST_SECONDS);
  if (long.length === 0)
    throw new TimbreError(
      'audio/too-short',
      `no clip has the ${SHORTEST_SECONDS} s that a voice is known by`
    );
  const heard = long.filter(({ samples }) => samples.some((x) => Math.abs(x) > SILENCE));
  if (heard.length === 0) throw new TimbreError('speech/none-found', 'the clips are silent');
  return heard;
}

/**
 * The usable clips, the cleanest and longest first.
 * @throws as `usableClips`.
 */
export function clipsByWorth(clips: readonly Audio[]): Audio[] {
  return usableClips(clips)
    .map((clip) => ({ clip, worth: worthOf(clip) }))
    .sort((a, b) => b.worth - a.worth)
    .map(({ clip }) => clip);
}

/** Seconds, weighed by how clean they are. */
function worthOf(clip: Audio): number {
  const { samples } = clip;
  const clipped = samples.reduce((count, x) => count + (Math.abs(x) >= CLIPPED ? 1 : 0), 0) / samples.length;
  const clear = Math.min(1, Math.max(0, rangeDb(clip) / CLEAN_DB));
  return secondsOf(clip) * clear * (clipped > MOST_CLIPPED ? CLIPPED_WORTH : 1);
}

/** How far loud speech stands above what is quiet: the 90th percentile of the energies of 20 ms over the 10th. */
function rangeDb({ samples, sampleRateHz }: Audio): number {
  const size = Math.round(0.02 * sampleRateHz);
  const energies = Float64Array.from({ length: Math.floor(samples.length / size) }, (_, i) =>
    samples.subarray(i * size, (i + 1) * size).reduce((sum, x) => sum + x * x, SILENCE ** 2)
  ).sort();
  const at = (share: number) => energies[Math.floor(share * (energies.length - 1))] ?? 1;
  return 10 * Math.log10(at(0.9) / at(0.1));
}

function secondsOf({ samples, sampleRateHz }: Audio): number {
  return samples.length / sampleRateHz;
}
