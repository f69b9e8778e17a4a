import type { ModelSample } from '$lib/voice';
import { describe, expect, it } from 'vitest';
import {
  BOX,
  CENTRE,
  dotRadius,
  dotsOf,
  EDGE_RADIUS,
  GATE_RADIUS,
  linePoints,
  radiusAt,
  tickPath
} from './picture';

const GATE = 0.2749;
const sample = (sampleId: string, more: Partial<ModelSample> = {}): ModelSample => ({
  sampleId,
  similarity: 0.48,
  weight: 1,
  setAside: null,
  ...more
});
const ids = Array.from({ length: 9 }, (_, i) => `sample-${i}`);
const away = ({ x, y }: { x: number; y: number }) => Math.hypot(x - CENTRE, y - CENTRE);
/** Degrees clockwise from the top, 0…360. */
const turn = ({ x, y }: { x: number; y: number }) =>
  ((Math.atan2(y - CENTRE, x - CENTRE) * 180) / Math.PI + 450) % 360;

describe('the distance from the centre', () => {
  it('is 1 − similarity, with the gate always at the same place', () => {
    for (const gate of [GATE, 0.85]) {
      expect(radiusAt(1, gate)).toBe(0);
      expect(radiusAt(gate, gate)).toBeCloseTo(GATE_RADIUS);
      expect(radiusAt((1 + gate) / 2, gate)).toBeCloseTo(GATE_RADIUS / 2);
    }
  });

  it('never leads out of the frame, whatever the numbers', () => {
    for (const similarity of [-1, -0.2, 1.0001])
      for (const gate of [GATE, 0.999999, 1]) {
        expect(radiusAt(similarity, gate)).toBeGreaterThanOrEqual(0);
        expect(radiusAt(similarity, gate)).toBeLessThanOrEqual(EDGE_RADIUS);
      }
  });
});

describe('the dots', () => {
  const lengths = new Map(ids.map((id, i) => [id, 1000 * (i + 1)]));

  it('lie where their similarity says, within the gate or beyond it', () => {
    const dots = dotsOf(
      [sample('in', { similarity: 0.6 }), sample('out', { similarity: 0.1, setAside: 'outlier' })],
      lengths,
      GATE
    );
    const of = (id: string) => dots.find(({ sampleId }) => sampleId === id);
    expect(away(of('in') ?? { x: NaN, y: NaN })).toBeCloseTo(radiusAt(0.6, GATE));
    expect(away(of('out') ?? { x: NaN, y: NaN })).toBeGreaterThan(GATE_RADIUS);
    expect(dots.map(({ sampleId, setAside }) => [sampleId, setAside]).sort()).toEqual([
      ['in', false],
      ['out', true]
    ]);
  });

  it('are spread evenly', () => {
    const turns = dotsOf(
      ids.map((id) => sample(id)),
      lengths,
      GATE
    )
      .map(turn)
      .sort((a, b) => a - b);
    turns.forEach((at, i) => expect(at).toBeCloseTo((360 * i) / ids.length));
  });

  it('lie in an order that the ids alone decide', () => {
    const forth = dotsOf(
      ids.map((id) => sample(id)),
      lengths,
      GATE
    );
    const back = dotsOf(
      [...ids].reverse().map((id) => sample(id)),
      lengths,
      GATE
    );
    expect(back).toEqual(forth);
    // One more in the next version: the others keep their neighbours.
    const more = dotsOf(
      [...ids, 'one more'].map((id) => sample(id)),
      lengths,
      GATE
    );
    const order = (dots: typeof more) => dots.map(({ sampleId }) => sampleId);
    expect(order(more).filter((id) => id !== 'one more')).toEqual(order(forth));
  });

  it('are larger when longer, by area, within what can be told apart', () => {
    expect(dotRadius(8000)).toBeCloseTo(Math.SQRT2 * dotRadius(4000));
    expect(dotRadius(0)).toBe(dotRadius(500));
    expect(dotRadius(3_600_000)).toBe(dotRadius(60_000));
    expect(dotRadius(undefined)).toBe(dotRadius(4000));
    const farthest = dotsOf([sample('a', { similarity: -1 })], new Map([['a', 60_000]]), GATE)[0];
    expect(away(farthest ?? { x: NaN, y: NaN }) + (farthest?.radius ?? NaN)).toBeLessThan(CENTRE - 30);
  });

  it('are none for a model without recordings', () => {
    expect(dotsOf([], new Map(), GATE)).toEqual([]);
  });
});

describe('the ticks', () => {
  const ends = (path: string) =>
    [...path.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));

  it('stay outside of the dots and inside of the picture', () => {
    const points = ends(tickPath([0, 0.25, 0.5, 0.75, 1]));
    expect(points).toHaveLength(10);
    for (const point of points) {
      expect(away(point)).toBeGreaterThan(EDGE_RADIUS + 11);
      expect(away(point)).toBeLessThan(BOX / 2);
    }
  });

  it('are as long as they are said to be, and the same each time', () => {
    const [, flat, , half, , full] = ends(tickPath([0, 0.5, 1])).map(away);
    expect((full ?? 0) - (half ?? 0)).toBeCloseTo((half ?? 0) - (flat ?? 0), 0);
    expect(tickPath([0.1, 0.9])).toBe(tickPath([0.1, 0.9]));
  });
});

describe('a line over the versions', () => {
  const size = { width: 300, height: 60, margin: 10 };

  it('goes from left to right, and 1 is at the top', () => {
    expect(linePoints([0, 0.5, 1], size)).toEqual([
      { x: 10, y: 50 },
      { x: 150, y: 30 },
      { x: 290, y: 10 }
    ]);
  });

  it('is a point for one version', () => {
    expect(linePoints([1], size)).toEqual([{ x: 10, y: 10 }]);
  });
});
