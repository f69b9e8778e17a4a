import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TimbreError } from '../../../workers/contract';
import { createWatchdog } from './watchdog';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const never = new Promise<never>(() => {});

it('gives up when nothing moves, and not while something does', async () => {
  const watchdog = createWatchdog(1000);
  const work = watchdog.guard(never);
  const ended = expect(work).rejects.toMatchObject({ code: 'job/timeout' });
  for (let i = 0; i < 5; i++) {
    vi.advanceTimersByTime(900);
    watchdog.touch();
  }
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(1000);
  await ended;
});

it('ends at once when cancelled, before or while it waits', async () => {
  const controller = new AbortController();
  const work = createWatchdog(1000, controller.signal).guard(never);
  controller.abort();
  await expect(work).rejects.toMatchObject({ code: 'job/cancelled' });
  await expect(createWatchdog(1000, AbortSignal.abort()).guard(never)).rejects.toMatchObject({
    code: 'job/cancelled'
  });
});

it('passes on a failure and a result, and leaves no timer', async () => {
  const watchdog = createWatchdog(1000);
  await expect(watchdog.guard(Promise.resolve(7))).resolves.toBe(7);
  watchdog.fail(new TimbreError('worker/crashed', 'gone'));
  await expect(watchdog.guard(never)).rejects.toMatchObject({ code: 'worker/crashed' });
  watchdog.stop();
  expect(vi.getTimerCount()).toBe(0);
});
