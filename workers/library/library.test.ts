/** Models as a whole: installing, updating, checking, deleting, reading, exchanging. */
import { makeZip } from 'client-zip';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exportZip, importModel, MANIFEST_FILE, type ImportSource } from './exchange';
import { testContext, unstopped } from './harness.testing';
import { sha256, startHub, testFile, type TestHub } from './hub.testing';
import { install } from './install';
import { checkUpdate, list, remove, usage } from './manage';
import { Disk, Tab } from './memoryStore.testing';
import { matches } from './paths';
import { readStored } from './read';
import { readManifest } from './records';
import type { LibraryProgress, WantedModel } from './types';
import { verify } from './verify';

const REPO = 'some/model';
const CONFIG = testFile('config.json', 500, false);
const ENCODER = testFile('onnx/encoder.onnx', 60_000);
const DECODER = testFile('onnx/decoder.onnx', 40_000);
const OTHER = testFile('onnx/encoder_q4.onnx', 20_000);
const WANTED: WantedModel = {
  id: 'whole',
  repo: REPO,
  revision: 'main',
  files: [
    { path: 'config.json' },
    { path: 'onnx/encoder.onnx', saveAs: 'onnx/model.onnx' },
    { path: 'onnx/dec*.onnx' },
    { path: 'tokenizer.json', optional: true }
  ],
  dtype: 'fp32'
};
const SMALL: WantedModel = {
  ...WANTED,
  id: 'small',
  files: [{ path: 'config.json' }, { path: 'onnx/encoder_q4.onnx' }]
};

let hub: TestHub;
let disk: Disk;
let commit: string;
beforeEach(async () => {
  hub = await startHub({ pageSize: 2 });
  disk = new Disk();
  commit = hub.push(REPO, [CONFIG, ENCODER, DECODER, OTHER]);
});
afterEach(() => hub.close());

const store = () => new Tab(disk).chunked(16 * 1024);
const context = (options = {}) => testContext(hub, store(), options);
const get = (wanted = WANTED, options = {}) => install(wanted, context(), { ...unstopped(), ...options });
const fetched = () => hub.asked.filter(({ kind }) => kind === 'file').map(({ path }) => path);

it('installs what is wanted, tells true bytes, and is done the second time', async () => {
  const told: LibraryProgress[] = [];
  const manifest = await get(WANTED, { onProgress: (progress: LibraryProgress) => told.push(progress) });
  expect(manifest).toMatchObject({
    id: 'whole',
    repo: REPO,
    revision: 'main',
    commit,
    dtype: 'fp32',
    origin: 'hub'
  });
  expect(manifest.files.map(({ path, saveAs }) => [path, saveAs])).toEqual([
    ['config.json', 'config.json'],
    ['onnx/encoder.onnx', 'onnx/model.onnx'],
    ['onnx/decoder.onnx', 'onnx/decoder.onnx']
  ]);
  expect(told[0]?.step).toBe('list');
  expect(told.at(-1)).toEqual({
    step: 'fetch',
    doneBytes: 100_500,
    totalBytes: 100_500,
    doneFiles: 3,
    totalFiles: 3
  });
  const requests = hub.asked.length;
  expect(await get()).toEqual(manifest);
  expect(hub.asked).toHaveLength(requests);
  expect(await list(store())).toEqual([
    expect.objectContaining({ id: 'whole', state: 'installed', totalBytes: 100_500, storedBytes: 100_500 })
  ]);
  expect(await usage(context({ estimate: () => Promise.resolve({ usage: 5, quota: 9 }) }))).toEqual({
    libraryBytes: 100_500,
    usedBytes: 5,
    quotaBytes: 9
  });
});

it('reads a file by the name that engines know, in one buffer, and says what is missing', async () => {
  await get();
  const told: number[] = [];
  const bytes = await readStored(
    `${REPO}/onnx/model.onnx`,
    (loaded, total) => told.push(loaded / total),
    store()
  );
  expect(sha256(bytes)).toBe(sha256(ENCODER.bytes));
  expect(told.at(-1)).toBe(1);
  for (const path of [`${REPO}/onnx/encoder.onnx`, 'no/model/config.json', 'x'])
    await expect(readStored(path, undefined, store())).rejects.toMatchObject({ code: 'model/missing' });
});

it('is not there before it is whole, and goes on after a reload without asking the hub again', async () => {
  hub.faults = ({ path }) => (path === DECODER.path ? { kind: 'status', status: 400 } : undefined);
  await expect(get()).rejects.toMatchObject({ code: 'model/download-failed' });
  expect(await list(store())).toEqual([
    expect.objectContaining({ id: 'whole', state: 'unfinished', totalBytes: 100_500 })
  ]);
  await expect(readStored(`${REPO}/config.json`, undefined, store())).rejects.toMatchObject({
    code: 'model/missing'
  });
  hub.faults = () => undefined;
  hub.push(REPO, [testFile('config.json', 501, false)]);
  hub.asked = [];
  expect((await get()).commit).toBe(commit);
  expect(hub.asked.every(({ kind }) => kind === 'file')).toBe(true);
});

it('says in time that there is no room', async () => {
  const full = context({ estimate: () => Promise.resolve({ usage: 50_000, quota: 150_000 }) });
  await expect(install(WANTED, full, unstopped())).rejects.toMatchObject({ code: 'storage/full' });
  expect(fetched()).toEqual([]);
});

it('names a wanted file that is not there', async () => {
  const wanted = { ...WANTED, files: [{ path: 'onnx/none.onnx' }] };
  await expect(get(wanted)).rejects.toMatchObject({
    code: 'model/missing',
    message: expect.stringContaining('none.onnx')
  });
  await expect(get({ ...WANTED, repo: '../x' })).rejects.toMatchObject({ code: 'input/invalid' });
  await expect(get({ ...WANTED, id: 'a/b' })).rejects.toMatchObject({ code: 'input/invalid' });
});

it('shows an update, takes it only when told to, and then fetches only what changed', async () => {
  await get();
  const newer = hub.push(REPO, [CONFIG, testFile(ENCODER.path, 61_000), DECODER, OTHER]);
  expect(await checkUpdate(REPO, 'whole', context(), unstopped())).toEqual({
    installed: commit,
    latest: newer,
    differs: true
  });
  hub.asked = [];
  expect((await get()).commit).toBe(commit);
  // Another set of the same repository belongs to the same commit.
  expect((await get(SMALL)).commit).toBe(commit);
  expect(fetched()).toEqual([OTHER.path]);
  hub.asked = [];
  expect((await get(WANTED, { update: true })).commit).toBe(newer);
  expect(fetched()).toEqual([ENCODER.path]);
  expect((await readStored(`${REPO}/onnx/model.onnx`, undefined, store())).length).toBe(61_000);
  expect((await verify(REPO, 'whole', context(), unstopped())).damaged).toEqual([]);
  expect(await checkUpdate(REPO, 'whole', context(), unstopped())).toMatchObject({ differs: false });
  expect([...disk.values.keys()].some((key) => key.includes(`${commit}/${ENCODER.path}`))).toBe(false);
});

it('deletes a model and keeps the files that another one needs', async () => {
  await get();
  await get(SMALL);
  await remove(REPO, 'whole', store());
  expect((await readStored(`${REPO}/config.json`, undefined, store())).length).toBe(500);
  await remove(REPO, 'small', store());
  expect(disk.values.size).toBe(0);
});

it('finds damage at rest, takes the model out of use and heals it with the damaged file alone', async () => {
  await get();
  await get(SMALL);
  const key = [...disk.values.keys()].find((name) => name.includes(`${ENCODER.path}#1`));
  if (key)
    disk.values.set(
      key,
      (disk.values.get(key) ?? new Uint8Array()).map((byte, i) => (i === 9 ? byte ^ 4 : byte))
    );
  const report = await verify(REPO, 'whole', context(), unstopped());
  expect(report).toMatchObject({ checkedFiles: 3, damaged: [ENCODER.path] });
  await expect(readStored(`${REPO}/onnx/model.onnx`, undefined, store())).rejects.toMatchObject({
    code: 'model/missing'
  });
  expect((await list(store())).map(({ id, state }) => [id, state])).toEqual([
    ['small', 'installed'],
    ['whole', 'unfinished']
  ]);
  hub.asked = [];
  if (report.cure) await get(report.cure);
  expect(hub.asked.map(({ kind, path }) => [kind, path])).toEqual([['file', ENCODER.path]]);
  expect((await verify(REPO, 'whole', context(), unstopped())).damaged).toEqual([]);
  await expect(verify(REPO, 'none', context(), unstopped())).rejects.toMatchObject({
    code: 'storage/not-found'
  });
});

async function exported(id = 'whole'): Promise<Blob> {
  const parts: BlobPart[] = [];
  await exportZip(REPO, id, async (piece) => void parts.push(piece.slice()), context(), unstopped());
  return new Blob(parts);
}
const take = (source: ImportSource, target?: WantedModel) =>
  importModel(source, target, context(), unstopped());
const asFiles = (files: Record<string, Blob | string>): ImportSource => ({
  kind: 'files',
  files: Object.entries(files).map(([path, content]) => ({ path, file: new Blob([content]) }))
});

it('goes to an archive and comes back without a network', async () => {
  const before = await get();
  const zip = await exported();
  disk = new Disk();
  await hub.close();
  hub = await startHub();
  const manifest = await take({ kind: 'zip', file: zip });
  expect(manifest).toEqual({ ...before, origin: 'import' });
  expect(hub.asked).toHaveLength(0);
  expect(sha256(await readStored(`${REPO}/onnx/model.onnx`, undefined, store()))).toBe(sha256(ENCODER.bytes));
  expect((await verify(REPO, 'whole', context(), unstopped())).damaged).toEqual([]);
});

it('installs nothing from an archive in which one byte is another', async () => {
  await get();
  const bytes = new Uint8Array(await (await exported()).arrayBuffer());
  bytes[50_000] = (bytes[50_000] ?? 0) ^ 1;
  disk = new Disk();
  await expect(take({ kind: 'zip', file: new Blob([bytes]) })).rejects.toMatchObject({
    code: 'model/damaged'
  });
  expect(disk.values.size).toBe(0);
  const cut = new Blob([bytes]).slice(0, 60_000);
  for (const file of [cut, new Blob(['no archive']), new Blob()])
    await expect(take({ kind: 'zip', file })).rejects.toMatchObject({ code: 'input/invalid' });
});

it('comes from a picked folder: with a manifest, or with somebody saying what it is', async () => {
  await get();
  const manifest = await readManifest(store(), REPO, 'whole');
  const folder = {
    [`picked/${MANIFEST_FILE}`]: JSON.stringify(manifest),
    'picked/config.json': new Blob([CONFIG.bytes]),
    'picked/onnx/encoder.onnx': new Blob([ENCODER.bytes]),
    'picked/onnx/decoder.onnx': new Blob([DECODER.bytes])
  };
  disk = new Disk();
  expect(await take(asFiles(folder))).toMatchObject({ commit, origin: 'import' });

  disk = new Disk();
  const { [`picked/${MANIFEST_FILE}`]: _, ...bare } = folder;
  await expect(take(asFiles(bare))).rejects.toMatchObject({ code: 'input/invalid' });
  const unchecked = await take(asFiles(bare), WANTED);
  expect(unchecked).toMatchObject({
    id: 'whole',
    origin: 'unchecked',
    commit: expect.stringMatching(/^local-/)
  });
  expect((await readStored(`${REPO}/onnx/model.onnx`, undefined, store())).length).toBe(60_000);

  disk = new Disk();
  await expect(take(asFiles({ 'picked/config.json': 'x' }), WANTED)).rejects.toMatchObject({
    code: 'model/missing'
  });
  await expect(take(asFiles(folder), { ...WANTED, id: 'else' })).rejects.toMatchObject({
    code: 'input/invalid'
  });
  expect(disk.values.size).toBe(0);
});

it('reads archives that other programs packed', async () => {
  const packed = new CompressionStream('deflate-raw');
  const writer = packed.writable.getWriter();
  void writer.write(CONFIG.bytes).then(() => writer.close());
  const deflated = new Uint8Array(await new Response(packed.readable).arrayBuffer());
  // An archive of one stored file, made into one of a deflated file by its two headers.
  const stored = await new Response(makeZip([{ name: 'model/config.json', input: deflated }])).arrayBuffer();
  const view = new DataView(stored);
  for (let at = 0; at + 4 <= stored.byteLength; at++) {
    if (view.getUint32(at, true) !== 0x02014b50) continue;
    view.setUint16(at + 10, 8, true);
    view.setUint32(at + 24, CONFIG.bytes.length, true);
  }
  const wanted = { ...WANTED, files: [{ path: 'config.json' }] };
  await take({ kind: 'zip', file: new Blob([stored]) }, wanted);
  expect(sha256(await readStored(`${REPO}/config.json`, undefined, store()))).toBe(sha256(CONFIG.bytes));
});

it.each([
  ['onnx/*.onnx', 'onnx/a.onnx', true],
  ['onnx/*.onnx', 'onnx/deep/a.onnx', false],
  ['**', 'a/b/c', true],
  ['**/a.json', 'b/c/a.json', true],
  ['a?.json', 'ab.json', true],
  ['a.json', 'axjson', false],
  ['*.(x)', 'a.(x)', true]
])('matches %s with %s: %s', (path, name, expected) => expect(matches({ path }, name)).toBe(expected));
