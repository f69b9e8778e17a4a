import { SPEECH_RATE_HZ, type Audio } from '$workers/contract';
import {
  bandLevels,
  bandStatistics,
  type BandLevels,
  type BandStatistics
} from '$workers/synthesize/matched';
import { pitchRange, pitchTrack, type PitchRange, type PitchTrack } from './pitch';
import type { MatchedDeps } from './types';

/** More of somebody's speech changes nothing about how high or dull it is. */
const MOST_SECONDS = 30;
/** Listened to in one go: some 20 ms of work, so that the page answers in between. */
const PIECE_SECONDS = 1;
/** Pieces so far below the recording's level hold no speech. */
const GATE_DB = 20;

/** What can be measured of a voice, without any model. */
export interface Person {
  pitch: PitchRange;
  /** Undefined: nothing was heard. */
  bands: BandStatistics | undefined;
}

/** Piece by piece; `heed` is called between them and may throw. */
export async function measurePerson(
  clips: readonly Audio[],
  deps: Pick<MatchedDeps, 'resample' | 'breathe'>,
  heed: () => void
): Promise<Person> {
  const tracks: PitchTrack[] = [];
  const levels: BandLevels[] = [];
  let left = MOST_SECONDS * SPEECH_RATE_HZ;
  for (const { samples: all, sampleRateHz } of clips) {
    if (left <= 0) break;
    const most = all.subarray(0, Math.ceil((left * sampleRateHz) / SPEECH_RATE_HZ));
    const samples = await deps.resample(most, sampleRateHz, SPEECH_RATE_HZ);
    left -= samples.length;
    const level = levelOf(samples);
    const length = PIECE_SECONDS * SPEECH_RATE_HZ;
    for (let from = 0; from < samples.length; from += length) {
      const piece: Audio = { samples: samples.subarray(from, from + length), sampleRateHz: SPEECH_RATE_HZ };
      if (levelOf(piece.samples) <= level * 10 ** (-GATE_DB / 20)) continue;
      tracks.push(pitchTrack(piece));
      levels.push(bandLevels(piece, level));
      await deps.breathe();
      heed();
    }
  }
  return { pitch: pitchRange(tracks), bands: bandStatistics(levels) };
}

/** Root mean square. */
function levelOf(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / Math.max(1, samples.length));
}
