import { expose, type Endpoint } from 'comlink';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeptWorker } from './keptWorker';

interface Api {
  twice(n: number): number;
}

/** A worker without a thread: its other end is exposed here. */
class FakeWorker extends EventTarget {
  ended = false;
  private readonly channel = new MessageChannel();
  constructor() {
    super();
    expose({ twice: (n: number) => 2 * n } satisfies Api, this.channel.port2 as unknown as Endpoint);
    this.channel.port1.onmessage = ({ data }: MessageEvent) =>
      this.dispatchEvent(new MessageEvent('message', { data }));
  }
  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.channel.port1.postMessage(message, transfer);
  }
  terminate(): void {
    this.ended = true;
    this.channel.port1.close();
    this.channel.port2.close();
  }
}

let started: FakeWorker[];
let kept: KeptWorker<Api>;
const patient = { stallMs: 20_000 };
const twice = (n: number, reusable = true) =>
  kept.use(patient, async (api) => ({ value: await api.twice(n), reusable }));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  started = [];
  kept = new KeptWorker<Api>(() => {
    const worker = new FakeWorker();
    started.push(worker);
    return worker as unknown as Worker;
  }, 'doubler');
});
afterEach(() => {
  for (const worker of started) worker.terminate();
  vi.useRealTimers();
});

it('one worker does one file after another, and ends when no more come', async () => {
  expect(await twice(2)).toBe(4);
  vi.advanceTimersByTime(9_000);
  expect(await twice(3)).toBe(6);
  vi.advanceTimersByTime(9_000);
  expect(started.map(({ ended }) => ended)).toEqual([false]);
  vi.advanceTimersByTime(1_000);
  expect(started.map(({ ended }) => ended)).toEqual([true]);
});

it('two files at once have a worker each, of which one is kept', async () => {
  expect(await Promise.all([twice(1), twice(2)])).toEqual([2, 4]);
  expect(started.map(({ ended }) => ended).sort()).toEqual([false, true]);
  expect(await twice(3)).toBe(6);
  expect(started).toHaveLength(2);
});

it('one that was cancelled, failed or stood still is not used again', async () => {
  const controller = new AbortController();
  const never = new Promise<never>(() => {});
  const cancelled = kept.use({ ...patient, signal: controller.signal }, (_, watchdog) =>
    watchdog.guard(never)
  );
  controller.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'job/cancelled' });
  await expect(kept.use(patient, () => Promise.reject(new Error('bad')))).rejects.toThrow('bad');
  const stalled = kept.use(patient, (_, watchdog) => watchdog.guard(never));
  const ended = expect(stalled).rejects.toMatchObject({ code: 'job/timeout' });
  vi.advanceTimersByTime(20_000);
  await ended;
  await twice(1, false);
  expect(started.map((worker) => worker.ended)).toEqual([true, true, true, true]);
});

it('an error of the worker ends the call that it serves; of one that waits, the waiting', async () => {
  const broken = kept.use(patient, (_, watchdog) => watchdog.guard(new Promise<never>(() => {})));
  started[0]?.dispatchEvent(new Event('error'));
  await expect(broken).rejects.toMatchObject({
    code: 'worker/crashed',
    message: 'The doubler could not be started.'
  });
  await twice(1);
  started[1]?.dispatchEvent(new Event('error'));
  expect(started[1]?.ended).toBe(true);
  expect(await twice(2)).toBe(4);
  expect(started).toHaveLength(3);
});
