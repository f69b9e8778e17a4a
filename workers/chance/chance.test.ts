import { expect, test } from 'vitest';
import { normal, seedOf, uniform } from './chance';

test('is normal, and the same for the same seed', () => {
  const draw = (seed: number, count: number) => {
    const noise = normal(uniform(seed));
    return Array.from({ length: count }, () => noise());
  };
  const many = draw(7, 20_000);
  const mean = many.reduce((sum, x) => sum + x, 0) / many.length;
  const variance = many.reduce((sum, x) => sum + (x - mean) ** 2, 0) / many.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(variance).toBeCloseTo(1, 1);
  expect(many.filter((x) => Math.abs(x) > 2).length / many.length).toBeCloseTo(0.0455, 2);
  expect(draw(7, 9)).toEqual(many.slice(0, 9));
  expect(draw(8, 9)).not.toEqual(many.slice(0, 9));
});

test('has another seed for another text, voice, take', () => {
  const seeds = [
    seedOf('a', 1),
    seedOf('b', 1),
    seedOf('a', 2),
    seedOf('a', '1'),
    seedOf('a1'),
    seedOf(Float32Array.of(1, 2)),
    seedOf(Float32Array.of(2, 1)),
    seedOf(Float32Array.of(1, -2))
  ];
  expect(new Set(seeds).size).toBe(seeds.length);
  expect(seedOf('a', Float32Array.of(0.1), 1)).toBe(seedOf('a', Float32Array.of(0.1), 1));
});
