import { expect, it } from 'vitest';
import type { RequestLog } from '../lib/offline/protocol';
import { RequestCounter } from './requestLog';

function memory() {
  let kept: RequestLog | undefined;
  return {
    read: async () => structuredClone(kept),
    write: async (log: RequestLog) => {
      kept = structuredClone(log);
    }
  };
}

it('counts by host, tells what was sent from what was asked for, and loses none at once', async () => {
  const counter = new RequestCounter(memory(), 'app.example');
  await Promise.all([
    counter.add([{ host: 'app.example', sent: false }]),
    counter.add([{ host: 'hub.example', sent: true }]),
    counter.add([{ host: 'app.example', sent: false }])
  ]);
  expect((await counter.read()).counts).toEqual([
    { host: 'app.example', own: true, count: 2, sent: 0 },
    { host: 'hub.example', own: false, count: 1, sent: 1 }
  ]);
});

it('starts each day at zero', async () => {
  let now = new Date(2026, 10, 20, 23, 59);
  const counter = new RequestCounter(memory(), 'app.example', () => now);
  await counter.add([{ host: 'app.example', sent: false }]);
  now = new Date(2026, 10, 21, 0, 1);
  expect(await counter.read()).toEqual({ day: '2026-11-21', counts: [] });
});

it('goes on after a store that failed', async () => {
  const store = memory();
  let fails = true;
  const counter = new RequestCounter(
    { ...store, write: (log) => (fails ? Promise.reject(new Error('full')) : store.write(log)) },
    'app.example'
  );
  await expect(counter.add([{ host: 'a', sent: false }])).rejects.toThrow('full');
  fails = false;
  expect((await counter.add([{ host: 'a', sent: false }])).counts).toHaveLength(1);
});
