import { expect, it } from 'vitest';
import { PressGuard, type Wait } from './pressGuard.svelte';

/** A clock that a test moves. */
function clock() {
  let now = 0;
  let due: { at: number; run: () => void }[] = [];
  const wait: Wait = (ms, run) => {
    const entry = { at: now + ms, run };
    due.push(entry);
    return () => {
      due = due.filter((each) => each !== entry);
    };
  };
  const pass = (ms: number) => {
    now += ms;
    const over = due.filter(({ at }) => at <= now);
    due = due.filter(({ at }) => at > now);
    for (const { run } of over) run();
  };
  return { wait, pass };
}

it('counts no press in the first 500 ms in sight', () => {
  const { wait, pass } = clock();
  const guard = new PressGuard(wait);
  pass(10_000);
  expect(guard.held).toBe(true);
  guard.shown();
  pass(499);
  expect(guard.held).toBe(true);
  pass(1);
  expect(guard.held).toBe(false);
});

it('begins anew after it was out of sight, and not while it stays', () => {
  const { wait, pass } = clock();
  const guard = new PressGuard(wait);
  guard.shown();
  pass(400);
  guard.shown();
  pass(100);
  expect(guard.held).toBe(false);
  guard.hidden();
  expect(guard.held).toBe(true);
  guard.shown();
  pass(400);
  guard.hidden();
  pass(10_000);
  expect(guard.held).toBe(true);
});
