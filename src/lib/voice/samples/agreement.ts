import type { Audio } from '$workers/contract';
import { cosine } from '../training/centroid';
import { mean } from '../training/statistics';
import { speakerIn, type HearOptions } from './hear';
import type { StudioDeps } from './types';

/** Less hardly tells a voice. */
const PIECE_MS = 2000;
/** Shorter speech has too few pieces for a mean. */
const LEAST_MS = 5000;
/** Apart by so much where the speech is short; else evenly over all of it. */
const STEP_MS = 1000;
const MOST_PIECES = 12;

/**
 * How like each other the pieces of one recording are: the mean cosine of those that have no sound in common, −1…1.
 * One person's are as like as one person's clips, two people's are not. Null: too short to say.
 * @param speech without its pauses.
 */
export async function agreement(
  deps: Pick<StudioDeps, 'engines'>,
  speech: Audio,
  { signal, onFraction }: HearOptions
): Promise<number | null> {
  const { samples, sampleRateHz } = speech;
  const length = (ms: number) => Math.round((ms * sampleRateHz) / 1000);
  if (samples.length < length(LEAST_MS)) return null;
  const last = samples.length - length(PIECE_MS);
  const count = Math.min(MOST_PIECES, 1 + Math.floor(last / length(STEP_MS)));
  const pieces: { from: number; vector: Float32Array }[] = [];
  for (let index = 0; index < count; index++) {
    const from = Math.round((index * last) / (count - 1));
    const piece = { samples: samples.slice(from, from + length(PIECE_MS)), sampleRateHz };
    const vector = await speakerIn(deps, piece, signal ? { signal } : {});
    if (vector) pieces.push({ from, vector });
    onFraction?.((index + 1) / count);
  }
  const cosines = pieces.flatMap((a, index) =>
    pieces
      .slice(index + 1)
      .flatMap((b) => (b.from - a.from >= length(PIECE_MS) ? cosine(a.vector, b.vector) : []))
  );
  return cosines.length > 0 ? mean(cosines) : null;
}
