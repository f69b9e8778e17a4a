import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sparing } from './sparing';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const told: number[] = [];
  const isUrgent = (value: number) => value >= 100;
  return { told, ...sparing<number>((value) => told.push(value), 50, isUrgent) };
}

test('the first is told at once, and of many in a short time the newest, when that time is over', () => {
  const { told, tell } = setUp();
  for (const value of [1, 2, 3, 4]) tell(value);
  expect(told).toEqual([1]);
  vi.advanceTimersByTime(50);
  expect(told).toEqual([1, 4]);
  vi.advanceTimersByTime(50);
  tell(5);
  expect(told).toEqual([1, 4, 5]);
});

test('what is urgent is told at once, and nothing older after it', () => {
  const { told, tell } = setUp();
  tell(1);
  tell(2);
  tell(100);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([1, 100]);
});

test('after its end nothing is told, nor what was put off', () => {
  const { told, tell, end } = setUp();
  tell(1);
  tell(2);
  end();
  tell(100);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([1]);
});
