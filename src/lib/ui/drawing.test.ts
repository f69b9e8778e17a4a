import { describe, expect, it } from 'vitest';
import { initialsOf, TICKS, ticksOf } from './portrait';
import { perforatedSquare } from './stamp';
import { barsOf } from './waveform';

describe('a waveform', () => {
  it('swells at words and shows pauses as dots', () => {
    const peaks = Array.from({ length: 100 }, () => 0.5);
    const words = [
      { startMs: 0, endMs: 400, confidence: 0.9 },
      { startMs: 600, endMs: 1000, confidence: 0.2 }
    ];
    const bars = barsOf(peaks, 10, 1000, words);
    expect(bars.map((bar) => bar.height > 0)).toEqual([
      ...Array(4).fill(true),
      false,
      false,
      ...Array(4).fill(true)
    ]);
    expect(bars.map((bar) => bar.unsure)).toEqual([...Array(6).fill(false), ...Array(4).fill(true)]);
  });

  it('without words takes quiet for a pause, and is scaled to its loudest peak', () => {
    const bars = barsOf([0, 0.1, 0.2, 0.001], 4, 1000);
    expect(bars.map((bar) => bar.height)).toEqual([0, 0.5, 1, 0]);
  });

  it('draws silence and nothing at all', () => {
    expect(barsOf([0, 0], 3, 1000).every((bar) => bar.height === 0)).toBe(true);
    expect(barsOf([], 3, 0)).toHaveLength(3);
  });
});

describe('a portrait', () => {
  it('spreads a centroid over its ticks', () => {
    const ticks = ticksOf(Float32Array.from({ length: 192 }, (_, i) => Math.sin(i)));
    expect(ticks).toHaveLength(TICKS);
    expect(Math.min(...ticks)).toBe(0);
    expect(Math.max(...ticks)).toBe(1);
  });

  it('is flat for a vector that says nothing', () => {
    expect(ticksOf(new Float32Array(192)).every((tick) => tick === 0)).toBe(true);
  });

  it.each([
    ['Anja Lindner', 'AL'],
    ['Porto in May', 'PM'],
    ['odile', 'O'],
    ['Юлия Соколова', 'ЮС'],
    ['زينب الخطيب', 'زا'],
    ['  ', '']
  ])('of %j has the initials %j', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});

it('a stamp’s edge comes back to where it began', () => {
  const path = perforatedSquare(4, 1.75);
  let x = 0;
  let y = 0;
  for (const [, kind, numbers] of path.matchAll(/([la])([^laz]+)/g)) {
    const values = (numbers ?? '').trim().split(/\s+/).map(Number);
    const [dx, dy] = kind === 'l' ? values : values.slice(-2);
    x += dx ?? 0;
    y += dy ?? 0;
  }
  expect(x).toBeCloseTo(0, 0);
  expect(y).toBeCloseTo(0, 0);
});
