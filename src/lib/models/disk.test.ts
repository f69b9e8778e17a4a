import { describe, expect, it } from 'vitest';
import { droppedIn, pickedIn, sorted } from './disk';

type Folder = { [name: string]: Folder | Blob };

/** What a drop's item gives: folders tell a few of their entries at a time, as real ones tell a hundred. */
function entryOf(path: string, content: Folder | Blob | 'locked'): FileSystemEntry {
  const common = { fullPath: path, name: path.split('/').at(-1) ?? '' };
  if (content === 'locked' || content instanceof Blob) {
    const file = (resolve: (file: Blob) => void, reject: (error: unknown) => void) =>
      content === 'locked' ? reject(new DOMException('no', 'NotReadableError')) : resolve(content);
    return { ...common, isFile: true, isDirectory: false, file } as unknown as FileSystemEntry;
  }
  const createReader = () => {
    const left = Object.entries(content).map(([name, inside]) => entryOf(`${path}/${name}`, inside));
    return {
      readEntries: (resolve: (entries: FileSystemEntry[]) => void) =>
        resolve(left.splice(0, 2 + left.length / 10))
    };
  };
  return { ...common, isFile: false, isDirectory: true, createReader } as unknown as FileSystemEntry;
}
function items(...entries: (FileSystemEntry | null)[]): DataTransferItem[] {
  const getAsFile = () => new File([], 'loose.bin');
  return entries.map(
    (entry) => ({ kind: 'file', webkitGetAsEntry: () => entry, getAsFile }) as DataTransferItem
  );
}
const file = new Blob();

describe('a drop', () => {
  it('gives every file of its folders with its path, but what programs keep for themselves', async () => {
    const model = {
      'a.json': file,
      'b.json': file,
      'c.json': file,
      onnx: { 'm.onnx': file, deep: { x: file } }
    };
    const find = droppedIn([
      ...items(entryOf('/model', { ...model, '.git': { config: file }, '.DS_Store': file })),
      ...items(entryOf('/copy.zip', file), null),
      { kind: 'string' } as DataTransferItem
    ]);
    expect((await find()).map(({ path }) => path).sort()).toEqual([
      'copy.zip',
      'loose.bin',
      'model/a.json',
      'model/b.json',
      'model/c.json',
      'model/onnx/deep/x',
      'model/onnx/m.onnx'
    ]);
  });

  it('asks the items at once: afterwards a browser has emptied them', async () => {
    const list = items(entryOf('/a', file));
    const find = droppedIn(list);
    list.length = 0;
    expect(await find()).toHaveLength(1);
  });

  it('says what can’t be read, and what is too much', async () => {
    await expect(droppedIn(items(entryOf('/a', 'locked')))()).rejects.toMatchObject({
      code: 'input/invalid'
    });
    const disk = Object.fromEntries(Array.from({ length: 50_001 }, (_, i) => [`f${i}`, file]));
    await expect(droppedIn(items(entryOf('/disk', disk)))()).rejects.toMatchObject({ code: 'input/invalid' });
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const find = droppedIn(items(entryOf('/model', { a: file })))(stop.signal);
    stop.abort();
    await expect(find).rejects.toMatchObject({ code: 'job/cancelled' });
  });
});

it('a picked folder’s files have paths, others their names', () => {
  const named = (name: string, webkitRelativePath: string) => ({ name, webkitRelativePath }) as File;
  const files = [
    named('config.json', 'm2m/config.json'),
    named('HEAD', 'm2m/.git/HEAD'),
    named('vocab.enfr.spm', '')
  ];
  expect(pickedIn(files).map(({ path }) => path)).toEqual(['m2m/config.json', 'vocab.enfr.spm']);
  // Who picks the cache itself means it.
  expect(pickedIn([named('a', '.cache/hub/a')])).toHaveLength(1);
});

it('each archive is one model, and the rest is looked through together', () => {
  const zip = new Blob(['zip']);
  const rest = [
    { path: 'a', file },
    { path: 'b/c', file }
  ];
  expect(sorted([{ path: 'x/one.ZIP', file: zip }, ...rest])).toEqual([zip, rest]);
  expect(sorted([{ path: 'one.zip', file: zip }])).toEqual([zip]);
  expect(sorted([])).toEqual([]);
});
