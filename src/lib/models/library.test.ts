import { expose } from 'comlink';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { libraryApi } from '../../../workers/library/api';
import { testContext } from '../../../workers/library/harness.testing';
import { startHub, testFile, type TestHub } from '../../../workers/library/hub.testing';
import { Disk, Tab } from '../../../workers/library/memoryStore.testing';
import { keepErrorCodes } from '../../../workers/wire';
import { createModelLibrary } from './index';
import { recognise } from './recognise';
import { tabLocks } from '$lib/locks';
import type { WorkerLike } from '$lib/engines';

const REPO = 'some/model';
const FILES = [testFile('config.json', 400, false), testFile('onnx/model.onnx', 90_000)];
const WANTED = { id: 'm', repo: REPO, revision: 'main', files: [{ path: '**' }] };

let hub: TestHub;
let disk: Disk;
let workers: FakeWorker[];
beforeEach(async () => {
  hub = await startHub();
  hub.push(REPO, FILES);
  disk = new Disk();
  workers = [];
});
afterEach(() => hub.close());

/** The real worker's methods behind a message channel. */
class FakeWorker extends EventTarget implements WorkerLike {
  private readonly channel = new MessageChannel();
  private readonly tab = new Tab(disk);
  terminated = false;

  constructor(readonly bases: string[]) {
    super();
    keepErrorCodes();
    const api = libraryApi(async ({ baseUrl }) => {
      bases.push(baseUrl);
      return testContext(hub, this.tab.chunked(16 * 1024), { patient: true });
    });
    expose(api, this.channel.port2);
    this.channel.port1.addEventListener('message', (event) =>
      this.dispatchEvent(new MessageEvent('message', { data: event.data, ports: [...event.ports] }))
    );
    this.channel.port1.start();
  }
  postMessage(message: unknown, transfer: Transferable[] = []) {
    this.channel.port1.postMessage(message, transfer);
  }
  terminate() {
    this.terminated = true;
    this.tab.kill();
    this.channel.port1.close();
    this.channel.port2.close();
  }
  crash(message: string) {
    this.dispatchEvent(Object.assign(new Event('error'), { message }));
  }
}

function setUp() {
  const bases: string[] = [];
  const library = createModelLibrary({
    baseUrl: () => hub.baseUrl,
    createWorker: () => {
      const worker = new FakeWorker(bases);
      workers.push(worker);
      return worker;
    },
    locks: tabLocks(),
    persist: async () => true
  });
  const told: string[] = [];
  library.events.on('waiting', ({ task }) => told.push(`${task} waits`));
  library.events.on('ended', ({ task, error }) => told.push(`${task} ${error?.code ?? 'done'}`));
  return { library, told, bases };
}
const noWorkerLeft = () => expect.poll(() => workers.every(({ terminated }) => terminated)).toBe(true);

it('installs, lists, verifies, exports, removes and imports, each in a worker that is gone afterwards', async () => {
  const { library, told, bases } = setUp();
  const fractions: number[] = [];
  const manifest = await library.install(WANTED, {
    onProgress: ({ doneBytes, totalBytes }) => fractions.push(totalBytes ? doneBytes / totalBytes : 0)
  });
  expect(manifest.files).toHaveLength(2);
  expect(bases[0]).toBe(hub.baseUrl);
  expect(fractions.at(0)).toBe(0);
  expect((await library.list()).map(({ id, state }) => [id, state])).toEqual([['m', 'installed']]);
  expect((await library.usage()).libraryBytes).toBe(90_400);
  expect(await library.checkUpdate(WANTED)).toMatchObject({ differs: false });
  expect((await library.verify(WANTED)).damaged).toEqual([]);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  await library.exportTo(WANTED, new WritableStream({ write: (piece) => void parts.push(piece) }));
  await library.remove(WANTED);
  expect(await library.modelIn(new Blob(parts))).toEqual({ id: 'm', repo: REPO });
  expect(disk.values.size).toBe(0);
  expect((await library.importFrom(new Blob(parts))).origin).toBe('import');
  expect(told).toEqual(['install done', 'verify done', 'export done', 'remove done', 'import done']);
  await noWorkerLeft();
});

it('pauses at once, keeps what came, and goes on', async () => {
  const { library, told } = setUp();
  hub.faults = ({ kind }) => (kind === 'file' ? { kind: 'stall', afterBytes: 50_000 } : undefined);
  const going = library.install(WANTED);
  going.catch(() => undefined);
  await expect.poll(() => hub.asked.some(({ path }) => path === 'onnx/model.onnx')).toBe(true);
  library.pause(WANTED);
  await expect(going).rejects.toMatchObject({ code: 'job/cancelled' });
  hub.faults = () => undefined;
  await library.install(WANTED);
  expect(told.filter((line) => line.startsWith('install') && !line.endsWith('waits'))).toEqual([
    'install job/cancelled',
    'install done'
  ]);
  await noWorkerLeft();
});

it('cancels and throws away what came', async () => {
  const { library } = setUp();
  hub.faults = ({ kind }) => (kind === 'file' ? { kind: 'stall', afterBytes: 50_000 } : undefined);
  const going = library.install(WANTED);
  going.catch(() => undefined);
  await expect.poll(() => disk.values.size).toBeGreaterThan(0);
  await library.cancel(WANTED);
  await expect(going).rejects.toMatchObject({ code: 'job/cancelled' });
  expect(disk.values.size).toBe(0);
});

it('works on a repository one task at a time, and says who waits', async () => {
  const { library, told } = setUp();
  const stopping = new AbortController();
  const waiting = library.install(WANTED);
  const second = library.install({ ...WANTED, id: 'n' }, { signal: stopping.signal });
  const third = library.install({ ...WANTED, id: 'o' });
  second.catch(() => undefined);
  stopping.abort();
  await expect(second).rejects.toMatchObject({ code: 'job/cancelled' });
  await waiting;
  await third;
  expect(told).toContain('install waits');
  expect(hub.asked.filter(({ kind, path }) => kind === 'file' && path === 'onnx/model.onnx')).toHaveLength(1);
});

it('heals what verification finds', async () => {
  const { library, told } = setUp();
  await library.install(WANTED);
  const key = [...disk.values.keys()].find((name) => name.includes('model.onnx#2'));
  if (key)
    disk.values.set(
      key,
      (disk.values.get(key) ?? new Uint8Array()).map((byte) => byte ^ 1)
    );
  expect((await library.verify(WANTED)).damaged).toEqual(['onnx/model.onnx']);
  expect(told).toEqual(['install done', 'verify done', 'install done']);
  expect((await library.verify(WANTED)).damaged).toEqual([]);
});

it('gives the codes of what went wrong, also of a worker that crashed', async () => {
  const { library } = setUp();
  await expect(library.install({ ...WANTED, repo: 'no/model' })).rejects.toMatchObject({
    code: 'model/missing'
  });
  await expect(library.verify({ id: 'x', repo: REPO })).rejects.toMatchObject({ code: 'storage/not-found' });
  hub.faults = () => ({ kind: 'no-answer' });
  const going = library.install(WANTED);
  going.catch(() => undefined);
  await expect.poll(() => workers.length).toBe(3);
  workers[2]?.crash('out of memory');
  await expect(going).rejects.toMatchObject({ code: 'worker/crashed', message: 'out of memory' });
  await noWorkerLeft();
});

it('says which model lies on a disk by its manifest alone', async () => {
  const { library } = setUp();
  const bare = [{ path: 'picked/config.json', file: new Blob(['{}']) }];
  expect(await library.modelIn(bare)).toBe(null);
  const manifest = await library.install(WANTED);
  const copy = [{ path: 'picked/timbre-model.json', file: new Blob([JSON.stringify(manifest)]) }];
  expect(await library.modelIn([...bare, ...copy])).toEqual({ id: 'm', repo: REPO });
  const broken = [{ path: 'picked/timbre-model.json', file: new Blob(['{}']) }];
  for (const source of [new Blob(['no archive']), broken])
    await expect(library.modelIn(source)).rejects.toMatchObject({ code: 'input/invalid' });
  await noWorkerLeft();
});

it('takes what is recognised in a folder, under the catalogue’s names, and can check it again', async () => {
  const { library } = setUp();
  const files = ['config.json', 'tokenizer.json', 'onnx/encoder_model_quantized.onnx'].map((path) => ({
    path: `models/m2m100_418M/${path}`,
    file: new Blob([path])
  }));
  const path = 'models/m2m100_418M/onnx/decoder_model_merged_quantized.onnx';
  const weights = testFile('decoder', 90_000);
  const [found] = await recognise([...files, { path, file: new Blob([weights.bytes]) }]);
  const fractions: number[] = [];
  const manifest = await library.importFrom(found?.source ?? [], found?.target, {
    onProgress: ({ doneBytes, totalBytes }) => fractions.push(doneBytes / totalBytes)
  });
  expect(manifest).toMatchObject({ id: 'm2m100-418m', dtype: 'q8', origin: 'unchecked' });
  expect(manifest.files.map(({ path }) => path).sort()).toEqual([
    'config.json',
    'onnx/decoder_model_merged_quantized.onnx',
    'onnx/encoder_model_quantized.onnx',
    'tokenizer.json'
  ]);
  expect(fractions.at(-1)).toBe(1);
  expect(await library.verify(manifest)).toMatchObject({ checkedFiles: 4, damaged: [] });
});
