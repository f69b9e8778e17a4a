/**
 * The runtime, eSpeak's data, the voice-activity weights and the starter models: too large for the
 * installation, which must not fail for their sake. Stored one after another when the page asks, or
 * when they are first used; each is checked against its hash. They outlive versions of the app: a file
 * that did not change is not fetched again.
 */
import type { OfflineFile, OfflineReadiness } from '$lib/offline/protocol';
import { isolated } from './isolation';
import { broadcast } from './messages';
import { request } from './network';
import { ranged } from './range';
import { root } from './scope';
import { FILE_LIST } from './shell';

const CACHE = 'timbre-files';
let list: Promise<OfflineFile[]> | undefined;
let filling: Promise<void> | undefined;
let noRoom = false;
const storing = new Map<string, Promise<void>>();

/** Whether a device answers, not only whether the interface is there. */
async function hasWebGpu(): Promise<boolean> {
  const gpu = (navigator as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return Boolean(adapter);
}

/** The files of this version that this device can use; a failed attempt is not remembered. */
function files(): Promise<OfflineFile[]> {
  list ??= (async () => {
    const stored = await caches.match(FILE_LIST);
    const response = stored ?? (await request(FILE_LIST));
    if (!response.ok) throw new Error(`offline-files.json: ${response.status}`);
    const all = (await response.json()) as OfflineFile[];
    const gpu = await hasWebGpu();
    return all.filter((file) => file.group !== 'app' && (gpu || file.group !== 'runtime-gpu'));
  })().catch((error: unknown) => {
    list = undefined;
    throw error;
  });
  return list;
}

/** The hash is part of the key: a changed file is another entry. */
const keyOf = (file: OfflineFile) => new URL(`${file.path}?sha256=${file.sha256}`, root);

async function hexSha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function putChecked(file: OfflineFile, response: Response): Promise<void> {
  const headers = new Headers(response.headers);
  headers.delete('Content-Encoding');
  headers.set('Content-Length', String(file.bytes));
  const bytes = await response.arrayBuffer();
  if ((await hexSha256(bytes)) !== file.sha256) throw new Error(`${file.path} arrived changed or cut off`);
  await (await caches.open(CACHE)).put(keyOf(file), new Response(bytes, { headers }));
}

/** Fetched with models that need it, or when one of them first runs: nobody else has it on the device. */
const isOnDemand = ({ group }: OfflineFile) => group === 'runtime-bergamot';

/** Stores one file; a second call for the same file waits for the first. */
function store(file: OfflineFile, from: () => Promise<Response>): Promise<void> {
  const already = storing.get(file.path);
  if (already) return already;
  const work = (async () => {
    const response = await from();
    if (!response.ok) throw new Error(`${file.path}: ${response.status}`);
    await putChecked(file, response);
  })().finally(() => storing.delete(file.path));
  storing.set(file.path, work);
  return work;
}

export async function readiness(): Promise<OfflineReadiness> {
  const cache = await caches.open(CACHE);
  const all = (await files()).filter((file) => !isOnDemand(file));
  const stored = await Promise.all(all.map((file) => cache.match(keyOf(file))));
  const sum = (wanted: OfflineFile[]) => wanted.reduce((bytes, file) => bytes + file.bytes, 0);
  const storedBytes = sum(all.filter((_, i) => stored[i]));
  const totalBytes = sum(all);
  const state =
    storedBytes === totalBytes ? 'ready' : filling ? 'filling' : noRoom ? ('full' as const) : 'partial';
  return { state, storedBytes, totalBytes };
}

export async function tellReadiness(): Promise<void> {
  await broadcast({ type: 'offline-status', ...(await readiness()) });
}

const isNoRoom = (error: unknown) =>
  error instanceof DOMException && /quota/i.test(`${error.name} ${error.message}`);

async function fillAll(): Promise<void> {
  noRoom = false;
  const cache = await caches.open(CACHE);
  const all = await files();
  for (const file of all) {
    if (isOnDemand(file) || (await cache.match(keyOf(file)))) continue;
    try {
      await store(file, () => request(new URL(file.path, root), { priority: 'low' }));
    } catch (error) {
      console.warn('A file could not be stored for offline use.', error);
      if (isNoRoom(error)) {
        noRoom = true;
        return;
      }
    }
    await tellReadiness();
  }
  await dropStale(cache, all);
}

/** Files of earlier versions; only what no page needs any more. */
async function dropStale(cache: Cache, current: OfflineFile[]): Promise<void> {
  const wanted = new Set(current.map((file) => keyOf(file).href));
  const stored = await cache.keys();
  await Promise.all(stored.filter((key) => !wanted.has(key.url)).map((key) => cache.delete(key)));
}

/** Stores what is missing; one pass at a time, and every pass ends by saying where things stand. */
export function fill(): Promise<void> {
  filling ??= fillAll()
    .catch((error: unknown) => console.warn('Storing for offline use stopped.', error))
    .finally(() => {
      filling = undefined;
    })
    .then(tellReadiness)
    .catch(() => undefined);
  return filling;
}

/** A large file from the cache or, the first time, from the network; undefined for other paths. */
export async function largeFile(
  original: Request,
  path: string,
  keepAlive: (work: Promise<unknown>) => void
): Promise<Response | undefined> {
  if (!/^(runtime|models)\//.test(path)) return undefined;
  const file = (await files().catch(() => [])).find((candidate) => candidate.path === path);
  if (!file) return undefined;
  const cache = await caches.open(CACHE);
  const range = original.headers.get('Range');
  // Being fetched for offline use: twice would take twice as long.
  await storing.get(path)?.catch(() => undefined);
  const stored = await cache.match(keyOf(file));
  if (stored) return isolated(range ? await ranged(stored, range) : stored, path);
  const response = await request(original);
  if (response.status === 200) {
    const copy = response.clone();
    const work = store(file, () => Promise.resolve(copy)).then(tellReadiness);
    keepAlive(
      work.catch((error: unknown) => console.warn('A file could not be stored for offline use.', error))
    );
  }
  return isolated(response, path);
}
