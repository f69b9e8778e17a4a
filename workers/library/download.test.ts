import { afterEach, beforeEach, expect, it } from 'vitest';
import { downloadFile, isComplete, type FileJob } from './download';
import { meter, testContext, unstopped, type ContextOptions } from './harness.testing';
import { sha256, startHub, testFile, type Fault, type TestHub } from './hub.testing';
import { Disk, Tab } from './memoryStore.testing';
import { partialName } from './paths';

const REPO = 'some/model';
const FILE = testFile('onnx/model.onnx', 100_000);
const CHUNK_BYTES = 16 * 1024;

let hub: TestHub;
let job: FileJob;
let disk: Disk;

beforeEach(async () => {
  hub = await startHub();
  disk = new Disk();
  const commit = hub.push(REPO, [FILE]);
  job = {
    url: `${hub.baseUrl}${REPO}/resolve/${commit}/${FILE.path}`,
    name: 'models/file',
    size: FILE.bytes.length,
    hash: { kind: 'sha256', hex: sha256(FILE.bytes) }
  };
});
afterEach(() => hub.close());

const store = () => new Tab(disk).chunked(CHUNK_BYTES);
const download = (options: ContextOptions = {}, signal = unstopped().signal) =>
  downloadFile(job, testContext(hub, store(), options), { signal });
const ranges = () => hub.asked.map(({ headers }) => headers.range);
/** The faults of the first answers, in order. */
const inTurn = (...faults: (Fault | undefined)[]) => {
  let next = 0;
  hub.faults = () => faults[next++];
};
async function expectWhole() {
  expect(await isComplete(store(), job.name, job.size)).toBe(true);
  expect(sha256((await store().read(job.name)) ?? new Uint8Array())).toBe(job.hash.hex);
}

it('fetches, checks, and asks for nothing when it is there', async () => {
  await download();
  await download();
  expect(hub.asked).toHaveLength(1);
  await expectWhole();
});

it('goes on where a broken connection stopped, on the condition that the file is the same', async () => {
  inTurn({ kind: 'drop', afterBytes: 40_000 }, { kind: 'stall', afterBytes: 30_000 });
  await download();
  expect(ranges()).toEqual([undefined, 'bytes=40000-', 'bytes=70000-']);
  expect(hub.asked[1]?.headers['if-range']).toBe(`"${sha256(FILE.bytes)}"`);
  await expectWhole();
});

it('sends no condition where the browser would have to ask leave for it', async () => {
  inTurn({ kind: 'drop', afterBytes: 40_000 });
  await download({ conditional: false });
  expect(hub.asked[1]?.headers['if-range']).toBeUndefined();
  await expectWhole();
});

it('skips what it has when the server sends all of it again', async () => {
  inTurn({ kind: 'drop', afterBytes: 40_000 }, { kind: 'no-range' });
  const counted = meter(8192);
  await download({ fetch: counted.fetch });
  expect(counted.of(FILE.path)).toEqual({ bytes: job.size, requests: 2 });
  await expectWhole();
});

it('does not take another part for the one it asked for', async () => {
  inTurn({ kind: 'drop', afterBytes: 40_000 }, { kind: 'other-range' });
  await download();
  expect(ranges()).toEqual([undefined, 'bytes=40000-', 'bytes=40000-']);
  await expectWhole();
});

it('begins anew when there is another file, or no such range', async () => {
  inTurn(
    { kind: 'drop', afterBytes: 40_000 },
    { kind: 'other-etag' },
    { kind: 'drop', afterBytes: 20_000 },
    { kind: 'status', status: 416 }
  );
  await download({ conditional: false });
  expect(ranges()).toEqual([undefined, 'bytes=40000-', undefined, 'bytes=20000-', undefined]);
  await expectWhole();
});

it('throws a wrong file away and fetches it anew, but not for ever', async () => {
  inTurn({ kind: 'wrong-byte', at: 5 });
  await download();
  await expectWhole();
  disk.values.clear();
  hub.faults = () => ({ kind: 'wrong-byte', at: 5 });
  await expect(download()).rejects.toMatchObject({ code: 'model/damaged' });
  expect(disk.values.size).toBe(0);
});

it('finds damage in what an earlier visit left', async () => {
  hub.faults = () => ({ kind: 'drop', afterBytes: 40_000 });
  await expect(download({ retries: 0 })).rejects.toMatchObject({ code: 'network/offline' });
  const [key, bytes] = [...disk.values].find(([name]) => name.includes('#0')) ?? [];
  if (key && bytes)
    disk.values.set(
      key,
      bytes.map((byte, i) => (i === 7 ? byte ^ 1 : byte))
    );
  hub.faults = () => undefined;
  await download();
  expect(ranges().slice(-2)).toEqual(['bytes=40000-', undefined]);
  await expectWhole();
});

it('keeps what it has when the disk is full, and goes on when there is room', async () => {
  disk.capacityBytes = 50_000;
  await expect(download()).rejects.toMatchObject({ code: 'storage/full' });
  expect(await isComplete(store(), job.name, job.size)).toBe(false);
  disk.capacityBytes = Infinity;
  await download();
  expect(ranges()[1]).toBe(`bytes=${3 * CHUNK_BYTES}-`);
  await expectWhole();
});

it('stops at once and keeps what it has', async () => {
  const stopping = new AbortController();
  const counted = meter(8192);
  let left = 50_000;
  counted.onPiece = (bytes) => {
    left -= bytes;
    if (left <= 0) stopping.abort();
  };
  await expect(download({ fetch: counted.fetch }, stopping.signal)).rejects.toMatchObject({
    code: 'job/cancelled'
  });
  const kept = (await store().size(job.name)) ?? 0;
  expect(kept).toBeGreaterThan(30_000);
  expect(await store().size(partialName(job.name))).toBeGreaterThan(0);
  await download();
  expect(ranges()[1]).toBe(`bytes=${kept}-`);
});

it.each([
  ['a vanished file', { kind: 'status', status: 404 }, 'model/missing', 1],
  ['silence', { kind: 'no-answer' }, 'network/timeout', 3],
  ['no connection', { kind: 'hang-up' }, 'network/offline', 3],
  ['a server that is down', { kind: 'status', status: 500 }, 'model/download-failed', 3],
  ['another refusal', { kind: 'status', status: 400 }, 'model/download-failed', 1]
] as const)('gives up with a code: %s', async (_, fault, code, requests) => {
  hub.faults = () => fault;
  await expect(download({ retries: 2 })).rejects.toMatchObject({ code });
  expect(hub.asked).toHaveLength(requests);
});

it('does not go round for ever with a server that has another file each time', async () => {
  let turn = 0;
  hub.faults = () => (turn++ % 2 === 0 ? { kind: 'drop', afterBytes: 10_000 } : { kind: 'other-etag' });
  await expect(download({ conditional: false })).rejects.toMatchObject({ code: 'model/download-failed' });
});

it('knows a file without bytes', async () => {
  job = { ...job, url: job.url, size: 0, hash: { kind: 'sha256', hex: sha256(new Uint8Array()) } };
  await download();
  expect(hub.asked).toHaveLength(0);
  expect(await store().size(job.name)).toBe(0);
});
