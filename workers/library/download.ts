import * as v from 'valibot';
import { TimbreError } from '../contract';
import { throwIfStopped } from './stopping';
import { createHasher, type Hasher } from './hash';
import { open, Passing, persistently, type Net } from './http';
import { readJson, writeJson } from './json';
import { partialName } from './paths';
import type { Appender, FileStore } from './store';
import type { FileHash } from './types';

export interface FileJob {
  url: string;
  /** In the store. */
  name: string;
  /** Bytes, as the hub lists it. */
  size: number;
  hash: FileHash;
}

export interface DownloadContext {
  store: FileStore;
  net: Net;
  /**
   * Whether a URL may be asked with `If-Range`. On another origin that header makes the browser ask for leave
   * first, which hubs' file servers refuse; the ETag is then compared when the answer is there.
   */
  conditional: (url: string) => boolean;
}

export interface DownloadOptions {
  signal: AbortSignal;
  /** Bytes of this file that are in the store; fewer than before when a wrong file was thrown away. */
  onBytes?: (have: number) => void;
}

/** Beside a file that isn't whole. */
const journal = v.object({ etag: v.nullable(v.string()) });

/** How often all of a file is fetched before it is called damaged at its source. */
const WHOLE_TRIES = 3;

/** Whether a file was fetched to its end and its hash was right then. */
export async function isComplete(store: FileStore, name: string, size: number): Promise<boolean> {
  if ((await store.size(name)) !== size) return false;
  return (await store.size(partialName(name))) === undefined;
}

/**
 * Fetches one file into the store, going on where an earlier try stopped, and checks it. While it isn't
 * whole and checked, a second file `….partial` lies beside it. Whatever happens, what was got is kept, except
 * bytes that are wrong.
 * @throws TimbreError 'model/damaged' (wrong at its source), 'model/missing', 'model/licence-not-accepted',
 * 'model/download-failed', 'network/offline', 'network/timeout', 'storage/full', 'storage/failed', 'job/cancelled'.
 */
export async function downloadFile(
  job: FileJob,
  context: DownloadContext,
  options: DownloadOptions
): Promise<void> {
  const { store } = context;
  if (await isComplete(store, job.name, job.size)) return options.onBytes?.(job.size);
  for (let tries = 1; ; tries++) {
    const hex = await fetchToEnd(job, context, options);
    if (hex === job.hash.hex) return store.remove(partialName(job.name));
    await discard(store, job.name);
    options.onBytes?.(0);
    if (tries >= WHOLE_TRIES)
      throw new TimbreError('model/damaged', `${job.url} is not what the hub lists: ${hex}`);
  }
}

/** Deletes a file and what lies beside it; in an order that never makes it look whole. */
export async function discard(store: FileStore, name: string): Promise<void> {
  await store.remove(name);
  await store.remove(partialName(name));
}

/** @returns the hash of all its bytes. */
async function fetchToEnd(job: FileJob, context: DownloadContext, options: DownloadOptions): Promise<string> {
  const file = await Unfinished.open(job, context.store, options);
  const { net } = context;
  let before = file.have;
  try {
    while (file.have < job.size) {
      await persistently(
        async () => {
          before = file.have;
          await fetchRest(job, file, context, options);
        },
        net,
        options.signal,
        () => file.have > before
      );
    }
    await file.close();
    return file.hex();
  } catch (error) {
    // The error that led here says more than a full disk on the way out.
    await file.close().catch(() => undefined);
    throw error;
  }
}

/** One request for what is missing. Ends at the file's end; a passing failure leaves what came. */
async function fetchRest(
  job: FileJob,
  file: Unfinished,
  context: DownloadContext,
  options: DownloadOptions
): Promise<void> {
  const from = file.have;
  const headers: Record<string, string> = from > 0 ? { Range: `bytes=${from}-` } : {};
  if (from > 0 && file.etag && isStrong(file.etag) && context.conditional(job.url))
    headers['If-Range'] = file.etag;
  const opened = await open(job.url, headers, context.net, options.signal);
  try {
    const begins = beginOf(opened.response, from, job);
    const etag = opened.response.headers.get('ETag');
    if (begins === undefined || (from > 0 && file.etag && etag && etag !== file.etag)) {
      // What is here belongs to another file, or is longer than the one there.
      await file.restart();
      throw new Passing('model/download-failed', `${job.url} is no longer the file that was begun`);
    }
    if (etag !== file.etag) await file.setEtag(etag);
    let skip = from - begins;
    while (file.have < job.size) {
      const piece = await opened.next();
      throwIfStopped(options.signal);
      if (!piece)
        throw new Passing('model/download-failed', `${job.url} ended at ${file.have} of ${job.size} bytes`);
      const useful = piece.subarray(Math.min(skip, piece.length));
      skip -= piece.length - useful.length;
      // More than listed: the hash of the listed length decides.
      await file.add(useful.subarray(0, job.size - file.have));
      if (useful.length > 0) options.onBytes?.(file.have);
    }
  } finally {
    opened.close();
  }
}

/**
 * Where in the file an answer's body begins: at `from`, or before it when the server ignores ranges.
 * Undefined: the server has no such range.
 * @throws Passing when it answers with something else than was asked for.
 */
function beginOf({ status, headers }: Response, from: number, job: FileJob): number | undefined {
  if (status === 416) return undefined;
  if (status === 206) {
    const range = headers.get('Content-Range');
    // Not every server lets a page see it; then the hash tells.
    if (range === null) return from;
    const [, begin, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range.trim()) ?? [];
    const fits = total === '*' || Number(total) === job.size;
    if (begin === undefined || !fits || Number(begin) > from)
      throw new Passing(
        'model/download-failed',
        `${job.url} answered with ${range} for ${from} of ${job.size}`
      );
    return Number(begin);
  }
  const length = headers.has('Content-Encoding') ? null : headers.get('Content-Length');
  if (length !== null && Number(length) !== job.size)
    throw new Passing('model/download-failed', `${job.url} has ${length} bytes, not ${job.size}`);
  return 0;
}

function isStrong(etag: string): boolean {
  return !etag.startsWith('W/');
}

/** A file on its way: its bytes in the store, and their hash. */
class Unfinished {
  private closed = false;
  private restarts = 0;
  private constructor(
    private readonly job: FileJob,
    private readonly store: FileStore,
    private readonly appender: Appender,
    private hasher: Hasher,
    public etag: string | null
  ) {}

  static async open(
    job: FileJob,
    store: FileStore,
    { signal, onBytes }: DownloadOptions
  ): Promise<Unfinished> {
    const beside = partialName(job.name);
    const known = await readJson(store, beside, journal);
    // Bytes without a readable journal are of nobody knows what.
    if (!known) {
      await discard(store, job.name);
      await writeJson(store, beside, { etag: null });
    }
    const hasher = createHasher(job.hash.kind, job.size);
    let hashed = 0;
    for await (const piece of store.pieces(job.name)) {
      throwIfStopped(signal);
      hasher.update(piece);
      hashed += piece.length;
    }
    const appender = await store.append(job.name);
    const file = new Unfinished(job, store, appender, hasher, known?.etag ?? null);
    try {
      if (appender.size !== hashed || hashed > job.size) await file.restart();
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    onBytes?.(file.have);
    return file;
  }

  get have(): number {
    return this.appender.size;
  }

  async add(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    this.hasher.update(bytes);
    await this.appender.append(bytes);
  }

  /** @throws TimbreError 'model/download-failed' when the server changes its mind again and again. */
  async restart(): Promise<void> {
    if (++this.restarts > WHOLE_TRIES)
      throw new TimbreError('model/download-failed', `${this.job.url} is another file each time`);
    await this.appender.reset();
    this.hasher = createHasher(this.job.hash.kind, this.job.size);
    await this.setEtag(null);
  }

  async setEtag(etag: string | null): Promise<void> {
    await writeJson(this.store, partialName(this.job.name), { etag });
    this.etag = etag;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.appender.close();
  }

  hex(): string {
    return this.hasher.hex();
  }
}
