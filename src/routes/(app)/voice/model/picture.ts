/**
 * The voice model as a picture: where everything lies in a square of `BOX` units. A recording's distance from the
 * centre is 1 − its similarity, drawn in such a scale that the gate is always as large. No colours and no DOM.
 */
import type { ModelSample } from '$lib/voice';

export const BOX = 380;
export const CENTRE = BOX / 2;
export const GATE_RADIUS = 96;
/** Nothing is drawn farther out: beyond are the ticks. */
export const EDGE_RADIUS = 142;
/** Guides on the way to the gate. */
export const RING_RADII = [GATE_RADIUS / 3, (2 * GATE_RADIUS) / 3];

const TICKS_FROM = 158;
const SHORTEST_TICK = 6;
const LONGEST_TICK = 24;

/** A dot's area is as large as its recording is long: radius by the root of the seconds, within what can be told apart. */
const RADIUS_OF_A_SECOND = 2.7;
const LEAST_RADIUS = 5;
const MOST_RADIUS = 11;
/** For a recording that is gone, and whose length with it. */
const USUAL_MS = 4000;

export interface Dot {
  sampleId: string;
  /** Its middle. */
  x: number;
  y: number;
  radius: number;
  /** How much it counted, 0…1. */
  weight: number;
  setAside: boolean;
}

/**
 * How far from the centre a similarity lies.
 * @param similarity a cosine, −1…1. @param gate the similarity needed to be admitted, below 1.
 */
export function radiusAt(similarity: number, gate: number): number {
  const distance = Math.max(0, 1 - similarity);
  return Math.min(EDGE_RADIUS, (GATE_RADIUS * distance) / Math.max(1e-3, 1 - gate));
}

/** @param durationMs undefined: nobody knows any more. */
export function dotRadius(durationMs: number | undefined): number {
  const radius = RADIUS_OF_A_SECOND * Math.sqrt((durationMs ?? USUAL_MS) / 1000);
  return Math.min(MOST_RADIUS, Math.max(LEAST_RADIUS, radius));
}

/**
 * One dot a recording, evenly round the centre. Their order on the circle is by their ids alone: from version to
 * version a recording keeps its neighbours.
 * @param lengthsMs how long each recording is, by its id
 */
export function dotsOf(
  samples: readonly ModelSample[],
  lengthsMs: ReadonlyMap<string, number>,
  gate: number
): Dot[] {
  const placed = samples
    .map((sample) => ({ sample, place: hash(sample.sampleId) }))
    .sort((a, b) => a.place - b.place || (a.sample.sampleId < b.sample.sampleId ? -1 : 1));
  return placed.map(({ sample }, index) => {
    const { sampleId, similarity, weight, setAside } = sample;
    const { x, y } = pointAt(radiusAt(similarity, gate), index / placed.length);
    const radius = dotRadius(lengthsMs.get(sampleId));
    return { sampleId, x, y, radius, weight, setAside: setAside !== null };
  });
}

/** The frame, as one SVG path. @param ticks lengths, 0…1 each; all 0 where there is no voice model. */
export function tickPath(ticks: readonly number[]): string {
  return ticks
    .map((tick, index) => {
      const length = SHORTEST_TICK + (LONGEST_TICK - SHORTEST_TICK) * tick;
      const [from, to] = [TICKS_FROM, TICKS_FROM + length].map((radius) => {
        const { x, y } = pointAt(radius, index / ticks.length);
        return `${x.toFixed(1)} ${y.toFixed(1)}`;
      });
      return `M${from}L${to}`;
    })
    .join('');
}

/** Points of a line over the versions of a voice model, evenly from left to right, 1 at the top. @param values 0…1 */
export function linePoints(
  values: readonly number[],
  { width, height, margin }: { width: number; height: number; margin: number }
): { x: number; y: number }[] {
  const steps = Math.max(1, values.length - 1);
  return values.map((value, index) => ({
    x: margin + ((width - 2 * margin) * index) / steps,
    y: height - margin - (height - 2 * margin) * value
  }));
}

/** @param turn 0…1 from the top, clockwise. */
function pointAt(radius: number, turn: number): { x: number; y: number } {
  const angle = 2 * Math.PI * turn - Math.PI / 2;
  return { x: CENTRE + radius * Math.cos(angle), y: CENTRE + radius * Math.sin(angle) };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
