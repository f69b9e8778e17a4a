import { describe, expect, it } from 'vitest';
import { cacheStore } from './cacheStore';
import { fastClock } from './harness.testing';
import { Disk, Tab } from './memoryStore.testing';
import { opfsChunkStore } from './opfsChunks';
import { opfsStore, type Folder } from './opfsStore';
import { asStoreError, type FileStore } from './store';

const text = (words: string) => new TextEncoder().encode(words);
const readText = async (store: FileStore, name: string) => {
  const bytes = await store.read(name);
  return bytes && new TextDecoder().decode(bytes);
};

/** Cache Storage as far as it is used. */
function fakeCache(): Cache {
  const entries = new Map<string, Response>();
  const cache = {
    keys: async () => [...entries.keys()].map((url) => new Request(url)),
    match: async (url: string) => entries.get(url)?.clone(),
    put: async (url: string, response: Response) => void entries.set(url, response),
    delete: async (url: string) => entries.delete(url)
  };
  return cache as unknown as Cache;
}

describe.each<[string, () => () => FileStore]>([
  [
    'chunks',
    () =>
      (
        (disk) => () =>
          new Tab(disk).chunked(4)
      )(new Disk())
  ],
  [
    'Cache Storage',
    () =>
      (
        (cache) => () =>
          cacheStore(cache, 4)
      )(fakeCache())
  ],
  [
    'private files',
    () =>
      (
        (disk) => () =>
          new Tab(disk).opfs(fastClock)
      )(new Disk())
  ],
  [
    'private files that can only be replaced',
    () =>
      (
        (disk) => () =>
          opfsChunkStore(new Tab(disk).folder(''), fastClock, 4)
      )(new Disk())
  ]
])('a store over %s', (_, make) => {
  it('writes on at the end of a file, over several visits', async () => {
    const visit = make();
    for (const part of ['ab', 'c', 'defg', 'hi', 'jklmnopq']) {
      const file = await visit().append('a/b c/d.bin');
      await file.append(text(part));
      await file.close();
    }
    expect(await visit().size('a/b c/d.bin')).toBe(17);
    expect(await readText(visit(), 'a/b c/d.bin')).toBe('abcdefghijklmnopq');
    let joined = '';
    for await (const piece of visit().pieces('a/b c/d.bin')) joined += new TextDecoder().decode(piece);
    expect(joined).toBe('abcdefghijklmnopq');
  });

  it('begins a file anew', async () => {
    const store = make()();
    const file = await store.append('x/y');
    await file.append(text('something long'));
    await file.reset();
    await file.append(text('new'));
    expect(file.size).toBe(3);
    await file.close();
    expect(await readText(store, 'x/y')).toBe('new');
  });

  it('puts small files whole, lists, and removes', async () => {
    const store = make()();
    await store.put('m/one.json', text('long, long ago'));
    await store.put('m/one.json', text('{}'));
    await store.put('m/deep/two.json', text('2'));
    await store.put('other/three', text('3'));
    await (await store.append('m/empty')).close();
    expect(await readText(store, 'm/one.json')).toBe('{}');
    expect((await store.list('m/')).sort()).toEqual(['m/deep/two.json', 'm/empty', 'm/one.json']);
    expect(await store.size('m/empty')).toBe(0);
    await store.remove('m/deep/two.json');
    await store.remove('m/one.json');
    await store.remove('never/there');
    expect(await store.list('m/')).toEqual(['m/empty']);
    expect(await store.list('nowhere/')).toEqual([]);
    expect(await store.size('m/one.json')).toBeUndefined();
    expect(await store.read('m/one.json')).toBeUndefined();
  });
});

it('takes the longer of two chunks when a kill left both', async () => {
  const disk = new Disk();
  disk.write('f#0.4', text('abcd'));
  disk.write('f#1.1', text('e'));
  disk.write('f#1.3', text('efg'));
  disk.write('f#3.4', text('lost'));
  const store = new Tab(disk).chunked(4);
  expect(await readText(store, 'f')).toBe('abcdefg');
  await store.remove('f');
  expect(disk.values.size).toBe(0);
});

it('waits for a file that a worker which was just ended still holds', async () => {
  const disk = new Disk();
  const old = new Tab(disk);
  await old.opfs(fastClock).append('busy');
  const waiting = new Tab(disk).opfs(fastClock).append('busy');
  old.kill();
  await (await waiting).close();
});

it('makes a folder again that the removal of another file took along', async () => {
  const root = new Tab(new Disk()).folder('');
  let taken = 0;
  const getDirectoryHandle: Folder['getDirectoryHandle'] = async (name, options) => {
    const folder = await root.getDirectoryHandle(name, options);
    if (taken++ > 0) return folder;
    return Object.assign(Object.create(folder) as Folder, {
      getFileHandle: () => Promise.reject(new DOMException('', 'NotFoundError'))
    });
  };
  const racing = Object.assign(Object.create(root) as Folder, { getDirectoryHandle });
  const store = opfsStore(racing, fastClock);
  await store.put('onnx/model', text('whole'));
  expect(taken).toBe(2);
  expect(await readText(store, 'onnx/model')).toBe('whole');
});

it('knows a full disk by any name', () => {
  expect(asStoreError(new DOMException('', 'QuotaExceededError')).code).toBe('storage/full');
  expect(asStoreError(new DOMException('FILE_ERROR_NO_SPACE', 'UnknownError')).code).toBe('storage/full');
  expect(asStoreError(new Error('else')).code).toBe('storage/failed');
});
