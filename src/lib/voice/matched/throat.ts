import {
  FORMANT_GROUPS,
  TUNING_BOUNDS,
  type Bounds,
  type MatchedVoice,
  type PitchRange
} from '$workers/synthesize/matched';

export type Tuning = MatchedVoice['tuning'];

/** Where a search begins: one of eSpeak's variants at the person's own pitch. */
export interface Start {
  variant: string;
  pitch: PitchRange;
}

/**
 * What the search moves, each with the size of a fair first step. Factors are moved by their logarithm. The pitch is
 * measured and hardly moved; what a listener can't be told by a recording of half a minute is left to the search.
 */
const STEPS = {
  pitch: 0.04,
  range: 0.2,
  rate: 0.05,
  formants: 0.05,
  heights: 0.1,
  width: 0.15,
  voicing: 0.12,
  consonants: 0.15,
  breath: 1.2
};
const PITCH_BOUNDS: Bounds = { low: 0.88, high: 1.14 };
const RANGE_BOUNDS: Bounds = { low: 0.6, high: 1.6 };

/** How many numbers a point of the search has. */
export const DIRECTIONS = 7 + 2 * FORMANT_GROUPS;

/** eSpeak's pitch lies about so far above its lowest, as a part of its range; and nine tenths of it within such a part. */
const MEDIAN_IN_RANGE = 0.46;
const SPREAD_IN_RANGE = 0.66;
/** Trackers jump; nobody's everyday speech is outside of these. */
const SEMITONES: Bounds = { low: 2.5, high: 9 };
/** Where nothing voiced was heard: between men and women. */
const NO_PITCH_HZ = 150;

/** @param point `DIRECTIONS` numbers; zeros are the start itself. */
export function tuningAt(point: readonly number[], start: Start): Tuning {
  let at = 0;
  const next = () => point[at++] ?? 0;
  const factor = (step: number, bounds: Bounds) => within(Math.exp(step * next()), bounds);
  const median = (start.pitch.medianHz || NO_PITCH_HZ) * factor(STEPS.pitch, PITCH_BOUNDS);
  const semitones = within(start.pitch.rangeSemitones, SEMITONES);
  const spreadHz = median * (2 ** (semitones / 12) - 1) * factor(STEPS.range, RANGE_BOUNDS);
  const pitchRangeHz = spreadHz / SPREAD_IN_RANGE;
  const { formant, height, rate, width, voicing, consonants, breath } = TUNING_BOUNDS;
  return {
    variant: start.variant,
    pitchHz: median - MEDIAN_IN_RANGE * pitchRangeHz,
    pitchRangeHz,
    rate: factor(STEPS.rate, rate),
    width: factor(STEPS.width, width),
    voicing: factor(STEPS.voicing, voicing),
    consonants: factor(STEPS.consonants, consonants),
    breath: within(STEPS.breath * next(), breath),
    formants: Array.from({ length: FORMANT_GROUPS }, () => factor(STEPS.formants, formant)),
    heights: Array.from({ length: FORMANT_GROUPS }, () => factor(STEPS.heights, height))
  };
}

function within(value: number, { low, high }: Bounds): number {
  return Math.min(high, Math.max(low, value));
}
