import { SPEECH_RATE_HZ, type Audio } from '$workers/contract';
import {
  bandLevels,
  bandStatistics,
  envelopesOf,
  envelopeStatistics,
  pitchRange,
  pitchTrack,
  TERMS,
  type BandLevels,
  type BandStatistics,
  type Envelopes,
  type EnvelopeStatistics,
  type PitchRange,
  type PitchTrack
} from '$workers/synthesize/matched';
import type { MatchedDeps } from './types';

/** More of somebody's speech changes nothing about how high or dull it is. */
export const MOST_SECONDS = 20;
/** Listened to in two goes, of some 10 ms once the code is warm, so that the page answers in between. */
const PIECE_SECONDS = 0.5;
/** Heard on both sides of a piece, so that at its edges voices aren't taken for hisses. */
const MARGIN_SECONDS = 0.064;
/** Pieces so far below the recording's level hold no speech. */
const GATE_DB = 20;

/** What can be measured of a voice, without any model. */
export interface Person {
  pitch: PitchRange;
  /** Undefined: nothing was heard. */
  bands: BandStatistics | undefined;
  envelopes: EnvelopeStatistics | undefined;
}

/** Piece by piece; `heed` is called between them and may throw. */
export async function measurePerson(
  clips: readonly Audio[],
  deps: Pick<MatchedDeps, 'resample' | 'breathe'>,
  heed: () => void
): Promise<Person> {
  const tracks: PitchTrack[] = [];
  const levels: BandLevels[] = [];
  const envelopes: Envelopes[] = [];
  let left = MOST_SECONDS * SPEECH_RATE_HZ;
  for (const { samples: all, sampleRateHz } of clips) {
    if (left <= 0) break;
    const most = all.subarray(0, Math.ceil((left * sampleRateHz) / SPEECH_RATE_HZ));
    const samples = await deps.resample(most, sampleRateHz, SPEECH_RATE_HZ);
    left -= samples.length;
    const level = levelOf(samples);
    const [length, margin] = [PIECE_SECONDS * SPEECH_RATE_HZ, MARGIN_SECONDS * SPEECH_RATE_HZ];
    for (let from = 0; from < samples.length; from += length) {
      const piece: Audio = { samples: samples.subarray(from, from + length), sampleRateHz: SPEECH_RATE_HZ };
      if (levelOf(piece.samples) <= level * 10 ** (-GATE_DB / 20)) continue;
      const before = Math.min(from, margin);
      const wide = { ...piece, samples: samples.subarray(from - before, from + length + margin) };
      await deps.breathe();
      // What two pieces share counts twice, which moves neither a median nor a range.
      const track = pitchTrack(wide);
      tracks.push(track);
      await deps.breathe();
      levels.push(bandLevels(piece, level));
      envelopes.push(within(envelopesOf(wide, track, level), before, piece.samples.length));
      heed();
    }
  }
  return {
    pitch: pitchRange(tracks),
    bands: bandStatistics(levels),
    envelopes: envelopeStatistics(envelopes)
  };
}

/** The frames whose middles lie in a part. */
function within({ terms, hop, loudness, voiced }: Envelopes, from: number, length: number): Envelopes {
  const [first, end] = [Math.ceil(from / hop), Math.ceil((from + length) / hop)];
  return {
    terms: terms.subarray(first * TERMS, end * TERMS),
    frames: Math.min(end, loudness.length) - first,
    hop,
    loudness: loudness.subarray(first, end),
    voiced: voiced.subarray(first, end)
  };
}

/** Root mean square. */
function levelOf(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / Math.max(1, samples.length));
}
