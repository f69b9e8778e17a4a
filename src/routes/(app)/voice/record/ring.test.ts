import { expect, it } from 'vitest';
import { placeOf, RING, ticksBetween } from './ring';

const count = (path: string) => path.split('M').length - 1;

it('a level has its place between silence and full scale', () => {
  expect([placeOf(-100), placeOf(-60), placeOf(-30), placeOf(0), placeOf(3)]).toEqual([0, 0, 0.5, 1, 1]);
});

it('parts of the ring have their ticks, each once', () => {
  expect(count(ticksBetween(0, 1))).toBe(RING.ticks);
  expect(ticksBetween(0.4, 0.4)).toBe('');
  for (const cut of [0, 0.01, 1 / 3, 0.5, 0.999, 1])
    expect(ticksBetween(0, cut) + ticksBetween(cut, 1)).toBe(ticksBetween(0, 1));
});

it('it begins at the lower left, ends at the lower right and stays inside its square', () => {
  const places = [...ticksBetween(0, 1, RING.outerZone).matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(
    ([, x, y]) => [Number(x), Number(y)] as const
  );
  const [first, last] = [places[0], places.at(-1)];
  expect(first?.[0]).toBeLessThan(RING.size / 2);
  expect(last?.[0]).toBeGreaterThan(RING.size / 2);
  for (const end of [first, last]) expect(end?.[1]).toBeGreaterThan(RING.size / 2);
  for (const place of places.flat()) {
    expect(place).toBeGreaterThanOrEqual(0);
    expect(place).toBeLessThanOrEqual(RING.size);
  }
});
