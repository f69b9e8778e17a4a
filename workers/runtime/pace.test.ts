import { expect, test } from 'vitest';
import { Pace } from './pace';

test('one step until it is known how long one takes, then as many as fit into a moment', async () => {
  let now = 0;
  const pace = new Pace(() => now);
  expect(pace.steps(100)).toBe(1);
  const run = (ms: number, steps: number) =>
    pace.of(
      () => {
        now += ms;
        return Promise.resolve(steps);
      },
      (made) => made
    );
  await run(2, 1);
  expect([pace.steps(100), pace.steps(7), pace.steps(1)]).toEqual([25, 7, 1]);
  await run(40, 10);
  expect(pace.steps(100)).toBe(12);
  await run(80, 1);
  expect(pace.steps(100)).toBe(1);
  await run(0, 3);
  expect(pace.steps(9)).toBe(9);
});
