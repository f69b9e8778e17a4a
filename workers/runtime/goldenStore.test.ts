import { IDBFactory } from 'fake-indexeddb';
import { afterEach, expect, test, vi } from 'vitest';
import type { Golden } from './golden';
import { openGoldenStore } from './goldenStore';

const golden = (x: number): Golden => ({ y: { dims: [1], values: Float32Array.of(x) } });

afterEach(() => vi.unstubAllGlobals());

test('what was said is known after a reload, and not in another version of the browser', async () => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  await openGoldenStore('Chrome/156').set('a', golden(1));
  expect(await openGoldenStore('Chrome/156').get('a')).toEqual(golden(1));
  expect(await openGoldenStore('Chrome/156').get('b')).toBeUndefined();

  const next = openGoldenStore('Chrome/157');
  expect(await next.get('a')).toBeUndefined();
  await next.set('b', golden(2));
  // What the old version said is gone, and no longer takes room.
  expect(await openGoldenStore('Chrome/156').get('a')).toBeUndefined();
  expect(await openGoldenStore('Chrome/157').get('b')).toEqual(golden(2));
});

test('without a database, or with one that fails, it is known as long as the worker lives', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  for (const database of [
    undefined,
    {
      open: () => {
        throw new Error('private window');
      }
    }
  ]) {
    // prettier-ignore
    vi.stubGlobal('indexedDB', database);
    const store = openGoldenStore('Chrome/156');
    await store.set('a', golden(1));
    expect(await store.get('a')).toEqual(golden(1));
    expect(await openGoldenStore('Chrome/156').get('a')).toBeUndefined();
  }
  expect(warn).toHaveBeenCalled();
  warn.mockRestore();
});
