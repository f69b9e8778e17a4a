import type { Audio } from '../../contract';
import { GATE_DB } from './bands';
import { envelopesOf, TERMS, termWeights, type Envelopes } from './envelope';
import { filtered, filterHz } from './filter';
import { SLOPE_BOUNDS } from './shape';
import { product, withEigenvalues } from './symmetric';

/** Where the envelopes of a kind of sounds lie, and which of their terms move together: dB, dB². */
export interface Spread {
  mean: Float64Array;
  /** Rows of `TERMS`. */
  covariance: Float64Array;
}

export interface EnvelopeStatistics {
  voiced: Spread;
  unvoiced: Spread;
}

/** What carries one kind of sounds over: terms x become target + turn · (x − pivot). */
export interface Carrier {
  pivotDb: readonly number[];
  targetDb: readonly number[];
  /** A symmetric matrix's upper triangle, row by row. */
  turn: readonly number[];
}

/** How the envelopes of one voice are carried over to another's. */
export interface EnvelopeShape {
  voiced: Carrier;
  unvoiced: Carrier;
}

/** Numbers in a triangle. */
export const TRIANGLE = (TERMS * (TERMS + 1)) / 2;

/** A kind of sounds that was heard in fewer frames is told by all frames. */
const LEAST_FRAMES = 25;
/** Added to each term's variance, in dB²: what a few seconds of speech can't tell. */
const UNKNOWN = 0.016;
/** How much of the way is gone: all of it costs words. */
const SHARE = 0.6;
/** Steps of a filter's curve: it is 15 ms long at eSpeak's rate, fine enough for the partials of a deep voice's formants. */
const STEPS = 160;
/** No frequency is made louder or quieter by more. */
const MOST_DB = 20;
/** Below the speech's level by the first, sounds are left as they are; above the second they are carried over whole. */
const [QUIET_DB, HEARD_DB] = [-60, -45];

/** Of all sounds together. Undefined: nobody speaks in them. */
export function envelopeStatistics(sounds: readonly Envelopes[]): EnvelopeStatistics | undefined {
  const rows: { terms: Float32Array; voiced: boolean }[] = [];
  for (const { terms, frames, loudness, voiced } of sounds)
    for (let t = 0; t < frames; t++)
      if ((loudness[t] as number) >= -GATE_DB)
        rows.push({ terms: terms.subarray(t * TERMS, (t + 1) * TERMS), voiced: voiced[t] === 1 });
  if (rows.length < LEAST_FRAMES) return undefined;
  const of = (voiced: boolean) => {
    const own = rows.filter((row) => row.voiced === voiced);
    return spreadOf((own.length < LEAST_FRAMES ? rows : own).map(({ terms }) => terms));
  };
  return { voiced: of(true), unvoiced: of(false) };
}

function spreadOf(rows: readonly Float32Array[]): Spread {
  const mean = new Float64Array(TERMS);
  for (const row of rows) row.forEach((x, k) => (mean[k] = (mean[k] as number) + x / rows.length));
  const covariance = new Float64Array(TERMS * TERMS);
  for (const row of rows)
    for (let i = 0; i < TERMS; i++) {
      const x = ((row[i] as number) - (mean[i] as number)) / rows.length;
      for (let j = 0; j < TERMS; j++)
        covariance[i * TERMS + j] =
          (covariance[i * TERMS + j] as number) + x * ((row[j] as number) - (mean[j] as number));
    }
  for (let i = 0; i < TERMS; i++)
    covariance[i * (TERMS + 1)] = (covariance[i * (TERMS + 1)] as number) + UNKNOWN;
  return { mean, covariance };
}

/** What carries one voice's envelopes over to another's. */
export function envelopeShapeBetween(from: EnvelopeStatistics, to: EnvelopeStatistics): EnvelopeShape {
  return {
    voiced: carrierBetween(from.voiced, to.voiced),
    unvoiced: carrierBetween(from.unvoiced, to.unvoiced)
  };
}

/**
 * Between two Gaussian clouds, the map that moves each point the least: A^−½ (A^½ B A^½)^½ A^−½ for covariances A and B
 * (Olkin and Pukelsheim, 1982). So what is open stays open and what is a hiss stays a hiss, in the other throat.
 */
function carrierBetween(from: Spread, to: Spread): Carrier {
  const root = withEigenvalues(from.covariance, TERMS, Math.sqrt);
  const inverse = withEigenvalues(from.covariance, TERMS, (x) => 1 / Math.sqrt(x));
  const inner = product(product(root, to.covariance, TERMS), root, TERMS);
  const middle = withEigenvalues(inner, TERMS, (x) => Math.sqrt(Math.max(0, x)));
  const whole = product(product(inverse, middle, TERMS), inverse, TERMS);
  // In no direction are envelopes spread or drawn together by more than bands are: that costs words first of all.
  const turn = withEigenvalues(whole, TERMS, (x) =>
    Math.min(SLOPE_BOUNDS.high, Math.max(SLOPE_BOUNDS.low, x))
  );
  const triangle: number[] = [];
  for (let i = 0; i < TERMS; i++)
    for (let j = i; j < TERMS; j++)
      triangle.push(rounded((i === j ? 1 - SHARE : 0) + SHARE * (turn[i * TERMS + j] as number)));
  const targetDb = Array.from(from.mean, (x, k) => rounded(x + SHARE * ((to.mean[k] as number) - x)));
  return { pivotDb: Array.from(from.mean, rounded), targetDb, turn: triangle };
}

/** To what is kept: a thousandth. */
function rounded(x: number): number {
  // −0 becomes 0: JSON, which voices travel as, has no other.
  return Math.round(x * 1000) / 1000 + 0;
}

/** The sound with its envelope carried over, frame by frame; its pitch, its breath and its moments stay its own. */
export function carried(audio: Audio, shape: EnvelopeShape): Audio {
  const { terms, frames, hop, loudness, voiced } = envelopesOf(audio);
  const kinds = { voiced: movesOf(shape.voiced), unvoiced: movesOf(shape.unvoiced) };
  const raw = new Float64Array(frames * TERMS);
  for (let t = 0; t < frames; t++) {
    const move = voiced[t] === 1 ? kinds.voiced : kinds.unvoiced;
    move(terms.subarray(t * TERMS, (t + 1) * TERMS), raw.subarray(t * TERMS, (t + 1) * TERMS));
  }
  // Without jumps from frame to frame.
  const moves = raw.map((x, i) => (x + (raw[i - TERMS] ?? x) + (raw[i + TERMS] ?? x)) / 3);
  const weights = termWeights(filterHz(audio.sampleRateHz, STEPS));
  const curveOf = (t: number, curve: Float64Array) => {
    const share = ((loudness[t] as number) - QUIET_DB) / (HEARD_DB - QUIET_DB);
    const heard = Math.min(1, Math.max(0, share));
    for (const [k, weight] of weights.entries()) {
      let db = 0;
      for (let i = 0; i < TERMS; i++) db += (moves[t * TERMS + i] as number) * (weight[i] as number);
      curve[k] = 10 ** ((heard * Math.min(MOST_DB, Math.max(-MOST_DB, db))) / 20);
    }
  };
  return filtered(audio, { hop, frames, steps: STEPS, curveOf });
}

/** How far each term is moved, for the terms of a frame. */
function movesOf({ pivotDb, targetDb, turn }: Carrier): (terms: Float32Array, moves: Float64Array) => void {
  const whole = new Float64Array(TERMS * TERMS);
  let at = 0;
  for (let i = 0; i < TERMS; i++)
    for (let j = i; j < TERMS; j++) whole[i * TERMS + j] = whole[j * TERMS + i] = turn[at++] ?? 0;
  return (terms, moves) => {
    for (let i = 0; i < TERMS; i++) {
      let sum = (targetDb[i] ?? 0) - (terms[i] as number);
      for (let j = 0; j < TERMS; j++)
        sum += (whole[i * TERMS + j] as number) * ((terms[j] as number) - (pivotDb[j] ?? 0));
      moves[i] = sum;
    }
  };
}
