import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { toasts } from './toasts.svelte';

const shown = () => toasts.list.map(({ text }) => text);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  for (const { id } of toasts.list) toasts.dismiss(id);
  vi.useRealTimers();
});

it('goes after 6 s, with an action after 10, or stays', () => {
  toasts.show({ text: 'plain' });
  toasts.show({ text: 'undo', action: { label: 'Undo', run: () => {} } });
  toasts.show({ text: 'stays', durationMs: null });
  vi.advanceTimersByTime(6000);
  expect(shown()).toEqual(['undo', 'stays']);
  vi.advanceTimersByTime(4000);
  expect(shown()).toEqual(['stays']);
  vi.advanceTimersByTime(3_600_000);
  expect(shown()).toEqual(['stays']);
});

it('stands still while it is held, and then has the rest of its time', () => {
  const id = toasts.show({ text: 'read' });
  vi.advanceTimersByTime(4000);
  toasts.hold(id);
  toasts.hold(id);
  vi.advanceTimersByTime(60_000);
  expect(shown()).toEqual(['read']);
  toasts.release(id);
  toasts.release(id);
  vi.advanceTimersByTime(1999);
  expect(shown()).toEqual(['read']);
  vi.advanceTimersByTime(1);
  expect(shown()).toEqual([]);
});

it('that was dismissed is not brought back by what drew it', () => {
  const id = toasts.show({ text: 'gone' });
  toasts.dismiss(id);
  toasts.release(id);
  expect(shown()).toEqual([]);
  expect(vi.getTimerCount()).toBe(1); // the announcement's
});
