import { TimbreError } from '../../contract';
import type { EspeakTuning } from '../engines/espeak';
import { BANDS } from './bands';
import { SLOPE_BOUNDS, type Shape } from './shape';

/** Groups of formants that are tuned: the first, second, third, fourth, and those above. */
export const FORMANT_GROUPS = 5;

/** What is kept of a voice under the name `matched`: the base voice's throat, and what is done to its sound afterwards. */
export interface MatchedVoice {
  /** Of this layout. */
  version: 1;
  tuning: EspeakTuning;
  /** Null: the sound is left as it is. */
  shape: Shape | null;
}

export interface Bounds {
  low: number;
  high: number;
}

/** Between these, speech stays intelligible: formants of other heights become other vowels first of all. */
export const TUNING_BOUNDS = {
  pitchHz: { low: 45, high: 400 },
  pitchRangeHz: { low: 5, high: 300 },
  rate: { low: 0.8, high: 1.2 },
  formant: { low: 0.8, high: 1.25 },
  height: { low: 0.75, high: 1.33 },
  width: { low: 0.6, high: 1.6 },
  voicing: { low: 0.75, high: 1.33 },
  consonants: { low: 0.5, high: 1.6 },
  breath: { low: 0, high: 8 }
} as const satisfies Record<string, Bounds>;

const LEVEL_BOUNDS: Bounds = { low: -100, high: 40 };

/**
 * A stored conditioning, its numbers within their bounds.
 * @throws TimbreError 'input/invalid' for anything that is none.
 */
export function readMatchedVoice(value: unknown): MatchedVoice {
  const voice = record(value);
  if (voice['version'] !== 1) throw invalid(`its version is ${String(voice['version'])}`);
  const { shape } = voice;
  return {
    version: 1,
    tuning: readTuning(record(voice['tuning'])),
    shape: shape === null ? null : readShape(record(shape))
  };
}

function readTuning(tuning: Record<string, unknown>): EspeakTuning {
  const one = (key: Exclude<keyof EspeakTuning & keyof typeof TUNING_BOUNDS, 'formant' | 'height'>) =>
    number(tuning[key], TUNING_BOUNDS[key]);
  if (typeof tuning['variant'] !== 'string') throw invalid('its variant has no name');
  return {
    variant: tuning['variant'],
    pitchHz: one('pitchHz'),
    pitchRangeHz: one('pitchRangeHz'),
    rate: one('rate'),
    formants: numbers(tuning['formants'], FORMANT_GROUPS, TUNING_BOUNDS.formant),
    heights: numbers(tuning['heights'], FORMANT_GROUPS, TUNING_BOUNDS.height),
    width: one('width'),
    voicing: one('voicing'),
    consonants: one('consonants'),
    breath: one('breath')
  };
}

function readShape(shape: Record<string, unknown>): Shape {
  return {
    pivotDb: numbers(shape['pivotDb'], BANDS, LEVEL_BOUNDS),
    targetDb: numbers(shape['targetDb'], BANDS, LEVEL_BOUNDS),
    slope: numbers(shape['slope'], BANDS, SLOPE_BOUNDS)
  };
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw invalid('a part of it is no object');
  return { ...value };
}

function numbers(value: unknown, count: number, bounds: Bounds): number[] {
  if (!Array.isArray(value) || value.length !== count) throw invalid(`a list of ${count} numbers is none`);
  return value.map((each: unknown) => number(each, bounds));
}

function number(value: unknown, { low, high }: Bounds): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(`${String(value)} is no number`);
  return Math.min(high, Math.max(low, value));
}

function invalid(why: string): TimbreError {
  return new TimbreError('input/invalid', `this is no conditioning of a matched voice: ${why}`);
}
