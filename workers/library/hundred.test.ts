/** A hundred seeded downloads with everything that can go wrong, over both kinds of store. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TimbreError } from '../contract';
import { isComplete } from './download';
import { fastClock, meter, testContext, unstopped } from './harness.testing';
import { seeded, sha256, startHub, testFile, type Fault, type TestFile, type TestHub } from './hub.testing';
import { install } from './install';
import { Disk, Tab } from './memoryStore.testing';
import { storedName } from './paths';
import { readManifest } from './records';
import type { FileStore } from './store';

const CHUNK_BYTES = 16 * 1024;
const PIECE_BYTES = 8 * 1024;
const DOWNLOADS = 100;

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub({ redirect: true });
});
afterAll(() => hub.close());

const KINDS: readonly Fault['kind'][] = [
  ...(['drop', 'drop', 'drop', 'stall', 'wrong-byte', 'no-range', 'other-range', 'short'] as const),
  ...(['hang-up', 'no-answer', 'other-etag', 'status'] as const)
];

function someFault(random: () => number, vanishes: boolean): Fault {
  const kind = KINDS[Math.floor(random() * KINDS.length)] ?? 'drop';
  const at = Math.floor(random() * 120_000);
  if (kind === 'drop' || kind === 'stall' || kind === 'short') return { kind, afterBytes: at };
  if (kind === 'wrong-byte') return { kind, at };
  if (kind === 'status')
    return { kind, status: vanishes ? 404 : ([416, 429, 500, 503][Math.floor(random() * 4)] ?? 503) };
  return { kind };
}

interface Outcome {
  end: string;
  interruptions: number;
  reloads: number;
}

async function oneDownload(seed: number): Promise<Outcome> {
  const random = seeded(seed);
  const repo = `seed/number-${seed}`;
  const files = [
    testFile('onnx/model.onnx', 150_000 + Math.floor(random() * 80_000), true, seed),
    testFile('onnx/small part.onnx', 20_000 + Math.floor(random() * 20_000), true, seed + 1000),
    testFile('config.json', 300 + Math.floor(random() * 900), false, seed + 2000)
  ];
  const commit = hub.push(repo, files);
  const wanted = { id: `m${seed}`, repo, revision: 'main', files: [{ path: '**' }] };
  const faulty = random() * 0.7;
  const vanishes = random() < 0.1;
  plan.set(repo, { random, faulty, vanishes, poisoned: new Map() });
  const disk = new Disk();
  if (random() < 0.15) disk.capacityBytes = 50_000 + random() * 150_000;
  const reloads = random() < 0.5 ? 1 + Math.floor(random() * 3) : 0;
  const gentle = random() < 0.5;
  const counted = meter(PIECE_BYTES);

  let end = '';
  let visits = 0;
  let store: FileStore | undefined;
  for (; visits <= reloads && !end; visits++) {
    const tab = new Tab(disk);
    store = seed % 2 === 0 ? tab.chunked(CHUNK_BYTES) : tab.opfs(fastClock);
    const stopping = new AbortController();
    // Every visit but the last ends in the middle: closed in good order, or killed.
    let left = visits < reloads ? random() * 150_000 : Infinity;
    counted.onPiece = (bytes) => {
      left -= bytes;
      if (left > 0 || stopping.signal.aborted) return;
      if (!gentle) tab.kill();
      stopping.abort();
    };
    const context = testContext(hub, store, { fetch: counted.fetch, seed, conditional: seed % 3 > 0 });
    try {
      await install(wanted, context, { signal: stopping.signal });
      end = 'whole';
    } catch (error) {
      expect(error, `seed ${seed}`).toBeInstanceOf(TimbreError);
      const code = (error as TimbreError).code;
      expect(code, `seed ${seed}: ${(error as TimbreError).message}`).not.toBe('unknown');
      if (!stopping.signal.aborted) end = code;
    }
  }
  expect(end, `seed ${seed}`).not.toBe('');

  store = seed % 2 === 0 ? new Tab(disk).chunked(CHUNK_BYTES) : new Tab(disk).opfs(fastClock);
  await expectNoPoison(store, repo, commit, files, seed);
  const manifest = await readManifest(store, repo, wanted.id);
  expect(manifest !== undefined, `seed ${seed}: ${end}`).toBe(end === 'whole');

  let interruptions = 0;
  for (const { path, bytes } of files) {
    const came = counted.of(path);
    const poisoned = plan.get(repo)?.poisoned.get(path) ?? 0;
    const breaks = Math.max(0, came.requests - 1);
    interruptions += breaks;
    // Each interruption may cost the piece that was on its way when it came; a tab that is killed, or a full
    // disk, also the chunk that was being filled.
    const full = end === 'storage/full' ? 1 : 0;
    const killed = gentle ? 0 : visits - 1;
    const lost = (breaks + visits - 1 + full) * PIECE_BYTES + (killed + full) * CHUNK_BYTES;
    const allowed = bytes.length * (1 + poisoned) + lost;
    expect(
      came.bytes,
      `seed ${seed}: ${path}, ${end}, ${breaks} interruptions, ${visits} visits, ${poisoned} poisoned`
    ).toBeLessThanOrEqual(allowed);
    if (end === 'whole') expect(came.bytes).toBeGreaterThanOrEqual(bytes.length);
  }

  // Whatever happened: on a good day it ends whole, and byte by byte.
  disk.capacityBytes = Infinity;
  plan.delete(repo);
  await install(wanted, testContext(hub, store), unstopped());
  await expectNoPoison(store, repo, commit, files, seed);
  for (const { path, bytes } of files)
    expect(sha256((await store.read(storedName(repo, { commit, path }))) ?? new Uint8Array())).toBe(
      sha256(bytes)
    );
  return { end, interruptions, reloads: visits - 1 };
}

/** What looks whole is byte-exact. */
async function expectNoPoison(
  store: FileStore,
  repo: string,
  commit: string,
  files: readonly TestFile[],
  seed: number
): Promise<void> {
  for (const { path, bytes } of files) {
    const name = storedName(repo, { commit, path });
    if (!(await isComplete(store, name, bytes.length))) continue;
    expect(sha256((await store.read(name)) ?? new Uint8Array()), `seed ${seed}: ${path}`).toBe(sha256(bytes));
  }
}

interface Trouble {
  random: () => number;
  /** 0…1 of the answers go wrong. */
  faulty: number;
  vanishes: boolean;
  /** How often a file had to be thrown away whole, because of the server. */
  poisoned: Map<string, number>;
}
const plan = new Map<string, Trouble>();

// Skipped: seed 7 once fetched 235,885 bytes where 227,693 were allowed, after the same test had passed. The cause is not known.
it('end byte-exact or with a code, and fetch nothing twice but a chunk for each interruption', async () => {
  hub.faults = ({ kind, path, repo }) => {
    const trouble = plan.get(repo);
    if (!trouble || trouble.random() > trouble.faulty) return undefined;
    const fault = someFault(trouble.random, trouble.vanishes);
    const wastes =
      fault.kind === 'wrong-byte' ||
      fault.kind === 'other-etag' ||
      (fault.kind === 'status' && fault.status === 416);
    if (kind === 'file' && wastes) trouble.poisoned.set(path, (trouble.poisoned.get(path) ?? 0) + 1);
    return fault;
  };
  const ends = new Map<string, number>();
  let interruptions = 0;
  let reloads = 0;
  const seeds = Array.from({ length: DOWNLOADS }, (_, i) => i + 1);
  const lane = async () => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const outcome = await oneDownload(seed);
      ends.set(outcome.end, (ends.get(outcome.end) ?? 0) + 1);
      interruptions += outcome.interruptions;
      reloads += outcome.reloads;
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  const told = Object.fromEntries(ends);
  expect(told['whole'], JSON.stringify(told)).toBeGreaterThan(50);
  // The faults really happened.
  expect(interruptions).toBeGreaterThan(100);
  expect(reloads).toBeGreaterThan(20);
  expect(ends.size, JSON.stringify(told)).toBeGreaterThanOrEqual(3);
}, 60_000);
