import { expect, test } from 'vitest';
import { planWindows } from './windows';

const rules = { longest: 100, longestPause: 10, overlap: 8 };
const flat = () => 1;

test('stretches are joined while they fit and the pause is short', () => {
  const stretches = [{ from: 0, to: 30 }, { from: 35, to: 60 }, { from: 80, to: 95 }, { from: 100, to: 190 }]; // prettier-ignore
  expect(planWindows(stretches, rules, flat, 1)).toEqual([
    { from: 0, to: 60, overlap: 0 },
    { from: 80, to: 95, overlap: 0 },
    { from: 100, to: 190, overlap: 0 }
  ]);
});

test('a stretch that is too long is cut at its quietest place, with an overlap', () => {
  const windows = planWindows([{ from: 0, to: 150 }], rules, (at) => (at === 70 ? 0.1 : 1), 1);
  expect(windows).toEqual([
    { from: 0, to: 74, overlap: 0 },
    { from: 66, to: 150, overlap: 8 }
  ]);
});

test('whatever the speech, every sample is in a window, none is longer than allowed, and all go on', () => {
  let seed = 1;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 60; round++) {
    const stretches: { from: number; to: number }[] = [];
    let at = 0;
    for (let i = 0; i < 8; i++) {
      const from = at + Math.floor(random() * 30);
      at = from + 1 + Math.floor(random() * 350);
      stretches.push({ from, to: at });
    }
    const windows = planWindows(stretches, rules, random, 3);
    for (const { from, to } of windows) expect(to - from).toBeLessThanOrEqual(rules.longest);
    for (const stretch of stretches) {
      const samples = Array.from({ length: stretch.to - stretch.from }, (_, i) => stretch.from + i);
      expect(
        samples.filter((sample) => !windows.some(({ from, to }) => from <= sample && sample < to))
      ).toEqual([]);
    }
    windows.slice(1).forEach((window, i) => {
      const before = windows[i];
      expect(window.from).toBeGreaterThan(before?.from ?? Infinity);
      expect(Math.max(0, (before?.to ?? 0) - window.from)).toBe(window.overlap);
    });
  }
});
