import { expect, test } from 'vitest';
import { sparing } from './sparing';

/** Time that passes when it is told to. */
function handClock() {
  let time = 0;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => time,
    after(ms: number, run: () => void) {
      const timer = { at: time + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    pass(ms: number) {
      time += ms;
      const due = timers.filter(({ at }) => at <= time);
      timers = timers.filter(({ at }) => at > time);
      for (const { run } of due) run();
    }
  };
}

function setUp() {
  const clock = handClock();
  const told: number[] = [];
  const { tell, end } = sparing<number>(
    (value) => told.push(value),
    50,
    (value, last) => last === undefined || value >= 100,
    clock
  );
  return { clock, told, tell, end };
}

test('the first is told at once, and of many in a short time the newest, when that time is over', () => {
  const { clock, told, tell } = setUp();
  for (const value of [1, 2, 3, 4]) tell(value);
  expect(told).toEqual([1]);
  clock.pass(50);
  expect(told).toEqual([1, 4]);
  clock.pass(50);
  tell(5);
  expect(told).toEqual([1, 4, 5]);
});

test('what is urgent is told at once, and nothing older after it', () => {
  const { clock, told, tell } = setUp();
  tell(1);
  tell(2);
  tell(100);
  clock.pass(1000);
  expect(told).toEqual([1, 100]);
});

test('after its end nothing is told, nor what was put off', () => {
  const { clock, told, tell, end } = setUp();
  tell(1);
  tell(2);
  end();
  tell(100);
  clock.pass(1000);
  expect(told).toEqual([1]);
});
