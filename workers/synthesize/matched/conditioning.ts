import { TimbreError } from '../../contract';
import type { EspeakTuning } from '../engines/espeak';
import { BANDS } from './bands';
import { TRIANGLE, type Carrier, type EnvelopeShape } from './carry';
import { TERMS } from './envelope';
import { SLOPE_BOUNDS, type Shape } from './shape';

/** Groups of formants that are tuned: the first, second, third, fourth, and those above. */
export const FORMANT_GROUPS = 5;

/** What is kept of a voice under the name `matched`: the base voice's throat, and what is done to its sound afterwards. */
export interface MatchedVoice {
  /** Of this layout. The first had no envelope. */
  version: 2;
  tuning: EspeakTuning;
  /** What is done to the bands; null: nothing. */
  shape: Shape | null;
  /** What is done to the envelope, in place of the bands; null: nothing. */
  envelope: EnvelopeShape | null;
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
const TERM_BOUNDS: Bounds = { low: -60, high: 60 };
/** Of a term's share in another: a person's envelope moves at most so much more than the base voice's. */
const TURN_BOUNDS: Bounds = { low: -3, high: 3 };

/**
 * A stored conditioning, its numbers within their bounds. One of the first layout speaks as it did.
 * @throws TimbreError 'input/invalid' for anything that is none.
 */
export function readMatchedVoice(value: unknown): MatchedVoice {
  const voice = record(value);
  const { version, shape } = voice;
  if (version !== 1 && version !== 2) throw invalid(`its version is ${String(version)}`);
  const envelope = version === 1 ? null : voice['envelope'];
  return {
    version: 2,
    tuning: readTuning(record(voice['tuning'])),
    shape: shape === null ? null : readShape(record(shape)),
    envelope: envelope === null ? null : readEnvelope(record(envelope))
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

function readEnvelope(envelope: Record<string, unknown>): EnvelopeShape {
  return {
    voiced: readCarrier(record(envelope['voiced'])),
    unvoiced: readCarrier(record(envelope['unvoiced']))
  };
}

function readCarrier(carrier: Record<string, unknown>): Carrier {
  return {
    pivotDb: numbers(carrier['pivotDb'], TERMS, TERM_BOUNDS),
    targetDb: numbers(carrier['targetDb'], TERMS, TERM_BOUNDS),
    turn: numbers(carrier['turn'], TRIANGLE, TURN_BOUNDS)
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
