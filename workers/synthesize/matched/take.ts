import type { EspeakTuning } from '../engines/espeak';
import type { MatchedVoice } from './conditioning';

/** How far another take goes: so that the ear finds it to be the same person on another breath. */
const SPREAD = { pitch: 0.04, range: 0.2, rate: 0.04, formant: 0.012, breath: 0.6 };

/** The same voice, said again: a little higher or lower, quicker or slower. The same for the same number; 0 changes nothing. */
export function takeOf(voice: MatchedVoice, take: number): MatchedVoice {
  if (take === 0) return voice;
  const { tuning } = voice;
  // Golden-section steps: no two of the first takes lie near each other, in any of the directions.
  const step = (direction: number) => {
    const share = (take * 0.6180339887 + direction * 0.7548776662) * (1 + direction * 0.3819660113);
    return 2 * (share - Math.floor(share)) - 1;
  };
  const throat = 1 + SPREAD.formant * step(3);
  const again: EspeakTuning = {
    ...tuning,
    pitchHz: tuning.pitchHz * (1 + SPREAD.pitch * step(0)),
    pitchRangeHz: tuning.pitchRangeHz * (1 + SPREAD.range * step(1)),
    rate: tuning.rate * (1 + SPREAD.rate * step(2)),
    formants: tuning.formants.map((factor) => factor * throat),
    breath: Math.max(0, tuning.breath + SPREAD.breath * step(4))
  };
  return { ...voice, tuning: again };
}
