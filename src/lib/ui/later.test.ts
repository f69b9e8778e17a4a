import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { later } from './later';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('does only the last of several changes, once', () => {
  const done: string[] = [];
  const saving = later(400);
  for (const text of ['O', 'Od', 'Odile']) saving.soon(() => done.push(text));
  vi.advanceTimersByTime(399);
  expect(done).toEqual([]);
  vi.advanceTimersByTime(10_000);
  saving.flush();
  expect(done).toEqual(['Odile']);
});

it('does at once what waits when the page is left, and nothing when nothing waits', () => {
  const done: string[] = [];
  const saving = later(400);
  saving.flush();
  saving.soon(() => done.push('Odile'));
  saving.flush();
  saving.flush();
  vi.advanceTimersByTime(10_000);
  expect(done).toEqual(['Odile']);
});
