import { frameLength, framePowers } from '$lib/energy';
import type { Audio } from '$workers/contract';
import { PIECE_MS } from './limits';
import type { Stretch } from './types';

/** Silences longer than this part even a short word from its neighbours where they would be too long together. */
const LONG_PAUSE_MS = 2000;
/** Length that long speech is cut to, and how far from there the quietest place is looked for: `most` in all. */
const USUAL_MS = 10_000;
const SEARCH_MS = PIECE_MS.most - USUAL_MS;

/**
 * Free speech in pieces of 2–12 s that begin and end in pauses. All stretches are in them; what is left out is the
 * silence between pieces. A piece is shorter only where somebody said no more between two long silences, and where
 * nobody pauses for long enough it is cut at the quietest place.
 * @param stretches of speech, in order, apart from each other.
 */
export function piecesOf(audio: Audio, stretches: readonly Stretch[]): Stretch[] {
  const samples = (ms: number) => Math.round((ms * audio.sampleRateHz) / 1000);
  const powers = framePowers(audio);
  return inPieces(stretches, samples).flatMap((piece) => split(piece, powers, frameLength(audio), samples));
}

/** Joins what is too short to the nearer neighbour; pieces may be too long afterwards. */
function inPieces(stretches: readonly Stretch[], samples: (ms: number) => number): Stretch[] {
  const pieces = [...stretches];
  /** The piece at `left` with the one behind it, and the silence between them; null where they stay apart. */
  const pair = (left: number) => {
    const [a, b] = [pieces[left], pieces[left + 1]];
    if (!a || !b) return null;
    const pause = b.from - a.to;
    const near = pause <= samples(LONG_PAUSE_MS) || b.to - a.from <= samples(PIECE_MS.most);
    return near ? { left, pause, both: { from: a.from, to: b.to } } : null;
  };
  for (let at = 0; at < pieces.length;) {
    const here = pieces[at];
    const isShort = here !== undefined && here.to - here.from < samples(PIECE_MS.least);
    const pairs = isShort ? [pair(at - 1), pair(at)].filter((one) => one !== null) : [];
    const [nearest] = pairs.sort((a, b) => a.pause - b.pause);
    if (nearest) {
      pieces.splice(nearest.left, 2, nearest.both);
      at = nearest.left;
    } else at++;
  }
  return pieces;
}

/** Into equal parts of the usual length at most, each cut moved to the quietest frame around its place. */
function split(
  piece: Stretch,
  powers: Float64Array,
  length: number,
  samples: (ms: number) => number
): Stretch[] {
  const long = piece.to - piece.from;
  if (long <= samples(PIECE_MS.most)) return [piece];
  const parts = Math.ceil(long / samples(USUAL_MS));
  const cuts = [piece.from];
  for (let part = 1; part < parts; part++) {
    const place = piece.from + (part * long) / parts;
    cuts.push(quietest(powers, length, place - samples(SEARCH_MS) / 2, place + samples(SEARCH_MS) / 2));
  }
  return cuts.map((from, index) => ({ from, to: cuts[index + 1] ?? piece.to }));
}

/** The middle of the quietest frame between the two places, in samples. */
function quietest(powers: Float64Array, length: number, from: number, to: number): number {
  let best = Math.floor(from / length);
  for (let frame = best; frame < to / length && frame < powers.length; frame++)
    if ((powers[frame] ?? Infinity) < (powers[best] ?? Infinity)) best = frame;
  return Math.floor((best + 0.5) * length);
}
