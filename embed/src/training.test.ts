import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TrainingStatus } from './protocol';
import { arrived, openPage, type FakePage } from './testing';
import { pollTraining } from './training';

const status = (progress: number, more: Partial<TrainingStatus> = {}): TrainingStatus => ({
  id: 'training',
  speakerProfileId: 'me',
  status: 'processing',
  progress,
  currentStep: 'embed',
  sampleCount: 3,
  totalDurationMs: 21_000,
  intraClassVariance: null,
  confidenceScore: null,
  modelVersion: null,
  error: null,
  startedAt: 1,
  completedAt: null,
  ...more
});
const DONE = status(1, { status: 'completed', confidenceScore: 0.8, completedAt: 2 });

let page: FakePage;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  page = openPage();
  await page.frame.welcome();
});
afterEach(() => {
  page.session.destroy();
  for (const { port } of page.frame.greetings) port.close();
  vi.useRealTimers();
});

async function answer(value: TrainingStatus): Promise<void> {
  const call = page.frame.calls.at(-1);
  page.frame.say({ type: 'result', id: call?.id ?? 0, value });
  await arrived();
}
const asked = () => page.frame.calls.filter(({ method }) => method === 'getTrainingStatus').length;
async function wait(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await arrived();
}
function poll(...[options]: [Parameters<typeof pollTraining>[2]?]) {
  const polled = pollTraining(page.session, 'training', options);
  polled.catch(() => undefined);
  return polled;
}

test('is asked for at first, and again whenever nothing was heard for the interval', async () => {
  const seen: number[] = [];
  const polled = poll({ intervalMs: 1000, onProgress: ({ progress }) => seen.push(progress) });
  await arrived();
  expect(asked()).toBe(1);
  await answer(status(0.1));
  await wait(999);
  expect(asked()).toBe(1);
  page.frame.event('training', status(0.2));
  page.frame.event('training', { ...status(0.9), id: 'another' });
  await arrived();
  await wait(999);
  expect(asked()).toBe(1);
  await wait(1);
  expect(asked()).toBe(2);
  await answer(status(0.5));
  page.frame.event('training', DONE);
  expect(await polled).toEqual(DONE);
  expect(seen).toEqual([0.1, 0.2, 0.5, 1]);
  expect(vi.getTimerCount()).toBe(0);
});

test.each(['completed', 'failed', 'cancelled'] as const)('one that is %s already ends it', async (end) => {
  const polled = poll();
  await arrived();
  await answer(status(0.3, { status: end }));
  expect(await polled).toMatchObject({ status: end });
});

test('its time runs out; the person’s at the sheet is not counted', async () => {
  const polled = poll({ timeoutMs: 5000 });
  await arrived();
  page.frame.event('layout', { heightPx: 300, sheet: true });
  await arrived();
  await wait(60_000);
  page.frame.event('layout', { heightPx: 0, sheet: false });
  await arrived();
  await answer(status(0.1));
  const over = vi.fn();
  polled.catch(over);
  await wait(4999);
  expect(over).not.toHaveBeenCalled();
  await wait(1);
  await expect(polled).rejects.toMatchObject({ code: 'embed/timeout' });
  expect(vi.getTimerCount()).toBe(0);
});

test('by its signal, waiting ends and the training goes on', async () => {
  await expect(poll({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'job/cancelled' });
  const stop = new AbortController();
  const polled = poll({ signal: stop.signal });
  await arrived();
  stop.abort();
  await expect(polled).rejects.toMatchObject({ code: 'job/cancelled' });
  await arrived();
  // Only the question is taken back.
  expect(page.frame.heard.map(({ type }) => type)).toEqual(['call', 'cancel']);
});

test('goes on after the frame was loaded anew', async () => {
  const polled = poll({ intervalMs: 1000 });
  await arrived();
  await wait(1000);
  page.frame.ready();
  await arrived();
  await wait(1000);
  page.frame.say({ type: 'welcome', version: 1, granted: ['samples'] });
  await arrived();
  expect(asked()).toBe(2);
  await answer(DONE);
  expect(await polled).toEqual(DONE);
});

test('fails with what the question fails with', async () => {
  const polled = poll();
  await arrived();
  const id = page.frame.calls.at(-1)?.id ?? 0;
  page.frame.say({ type: 'error', id, error: { code: 'storage/not-found', message: 'none' } });
  await expect(polled).rejects.toMatchObject({ code: 'storage/not-found' });
  expect(vi.getTimerCount()).toBe(0);
});

test('ends with the frame: taken out of the page by others, or destroyed', async () => {
  const taken = poll({ intervalMs: 1000 });
  await arrived();
  await answer(status(0.1));
  page.frame.window = null;
  await wait(1000);
  await expect(taken).rejects.toMatchObject({ code: 'embed/disconnected' });

  page = openPage();
  await page.frame.welcome();
  const polled = poll();
  await arrived();
  await answer(status(0.1));
  page.session.destroy();
  await expect(polled).rejects.toMatchObject({ code: 'embed/destroyed' });
  expect(vi.getTimerCount()).toBe(0);
});
