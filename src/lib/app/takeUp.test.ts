import { expect, it, vi } from 'vitest';
import type { JobRecord } from '$lib/storage';
import { openTestStorage, type TestStorage } from '$lib/storage/index.testing';
import { takeUp } from './takeUp';

async function putJob(storage: TestStorage, state: JobRecord['state']): Promise<void> {
  const job: JobRecord = {
    id: 'm',
    state,
    first: 'decode',
    step: 'decode',
    run: 1,
    starts: 0,
    fraction: 0,
    elapsedMs: 0,
    error: null,
    queuedAt: 1,
    updatedAt: 1
  };
  await storage.store.write(['jobs'], (unit) => unit.put('jobs', job));
}

it('a job of another tab’s is asked for here, too; no pipeline is made before there is one', async () => {
  const here = await openTestStorage();
  const resumeAll = vi.fn(() => Promise.resolve(1));
  const pipeline = vi.fn(() => Promise.resolve({ resumeAll }));
  const onError = vi.fn();
  const end = takeUp(here, pipeline, onError);
  const there = await here.again();
  await putJob(there, 'done');
  expect(pipeline).not.toHaveBeenCalled();
  await putJob(there, 'running');
  await vi.waitFor(() => expect(resumeAll).toHaveBeenCalled());

  end();
  resumeAll.mockClear();
  await putJob(there, 'waiting');
  await new Promise((later) => setTimeout(later, 20));
  expect(resumeAll).not.toHaveBeenCalled();
  expect(onError).not.toHaveBeenCalled();
});

it('a pipeline that can’t be had is told', async () => {
  const here = await openTestStorage();
  await putJob(here, 'waiting');
  const gone = new Error('offline');
  const onError = vi.fn();
  const end = takeUp(here, () => Promise.reject(gone), onError);
  await vi.waitFor(() => expect(onError).toHaveBeenCalledWith(gone));
  end();
});
