/** A small hub for tests: the public hub's URL layout over files in memory, with faults on demand. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { uniform } from '../chance';

export interface TestFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** Listed with its SHA-256, as large files are. */
  lfs: boolean;
}

/** One thing that goes wrong with one answer. */
export type Fault =
  /** The connection breaks after so many bytes of the body. */
  | { kind: 'drop'; afterBytes: number }
  /** The body stops after so many bytes, and the connection stays. */
  | { kind: 'stall'; afterBytes: number }
  /** Nothing comes at all. */
  | { kind: 'no-answer' }
  /** The connection breaks before an answer. */
  | { kind: 'hang-up' }
  /** One byte of the body is another. */
  | { kind: 'wrong-byte'; at: number }
  /** 200 and all of it, although a range was asked for. */
  | { kind: 'no-range' }
  /** A 206 that begins elsewhere than was asked for. */
  | { kind: 'other-range' }
  /** The body ends early, in good order. */
  | { kind: 'short'; afterBytes: number }
  /** Another ETag than before. */
  | { kind: 'other-etag' }
  | { kind: 'status'; status: number; headers?: Record<string, string> };

export interface Asked {
  kind: 'resolve' | 'tree' | 'file';
  repo: string;
  /** Of a file. */
  path: string;
  headers: IncomingMessage['headers'];
  fault: Fault | undefined;
}

/** With the number of bytes that are on their way. */
const STALLED = 'stalled';

export interface TestHub {
  /** Ends in `/`. */
  baseUrl: string;
  /** Every request so far. */
  asked: Asked[];
  /** Puts a commit into a repository and moves its `main` there. @returns the commit. */
  push(repo: string, files: readonly TestFile[]): string;
  /** Told when an answer hangs: what the request has in its header `X-Request`, and how much of the body went out. */
  onHang: Set<(request: string, bytes: number) => void>;
  /** Asked for each request. */
  faults: (asked: Omit<Asked, 'fault'>) => Fault | undefined;
  close(): Promise<void>;
}

export interface TestHubOptions {
  /** Files in one page of a listing. */
  pageSize?: number;
  /** Files are served from here, after a redirect, as large files are. */
  redirect?: boolean;
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
export const gitSha1 = (bytes: Uint8Array) =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/** Numbers 0…1 that are the same for the same seed. */
export const seeded = (seed: number) => uniform(seed * 2654435761 + 1);

/** A file of arbitrary bytes. */
export function testFile(path: string, size: number, lfs = true, seed = size): TestFile {
  const random = seeded(seed);
  return { path, lfs, bytes: Uint8Array.from({ length: size }, () => random() * 256) };
}

export async function startHub(options: TestHubOptions = {}): Promise<TestHub> {
  const pageSize = options.pageSize ?? 1000;
  const commits = new Map<string, readonly TestFile[]>();
  const heads = new Map<string, string>();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hub: TestHub = {
    baseUrl: `${origin}/`,
    asked: [],
    onHang: new Set(),
    faults: () => undefined,
    push(repo, files) {
      const commit = createHash('sha1')
        .update(repo + files.map(({ path, bytes }) => path + sha256(bytes)).join())
        .digest('hex');
      commits.set(`${repo}@${commit}`, files);
      heads.set(`${repo}@main`, commit);
      return commit;
    },
    close: () => closed(server)
  };
  return hub;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', origin);
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Expose-Headers', 'ETag, Link, Content-Range, X-Error-Code');
    // As the public hub's file servers do: a request that the browser must ask leave for fails.
    if (request.method !== 'GET') return void response.writeHead(403).end();
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/([^/]+)$/.exec(url.pathname);
    const file = /^\/(?:cdn\/)?([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname);
    const kind = file ? 'file' : api?.[2] === 'tree' ? 'tree' : 'resolve';
    const path = decodeURIComponent(file?.[3] ?? '');
    const repo = file?.[1] ?? api?.[1] ?? '';
    if (file && options.redirect && !url.pathname.startsWith('/cdn/'))
      return void response.writeHead(302, { Location: `${origin}/cdn${url.pathname}` }).end();
    const fault = hub.faults({ kind, repo, path, headers: request.headers });
    hub.asked.push({ kind, repo, path, headers: request.headers, fault });
    const hangs = (bytes: number) =>
      hub.onHang.forEach((tell) => tell(String(request.headers['x-request']), bytes));
    if (fault?.kind === 'no-answer') return hangs(0);
    response.once(STALLED, hangs);
    if (fault?.kind === 'hang-up') return void request.socket.destroy();
    if (fault?.kind === 'status') return void response.writeHead(fault.status, fault.headers).end('{}');
    if (api?.[2] === 'revision') {
      const sha =
        heads.get(`${api[1]}@${api[3]}`) ?? (commits.has(`${api[1]}@${api[3]}`) ? api[3] : undefined);
      return sha
        ? sendJson(request, response, { id: api[1], sha, siblings: [] }, fault)
        : void response.writeHead(404).end();
    }
    if (api) return list(request, response, url, commits.get(`${api[1]}@${api[3]}`), fault);
    const found = commits.get(`${file?.[1]}@${file?.[2]}`)?.find((candidate) => candidate.path === path);
    if (!found) return void response.writeHead(404).end('Entry not found');
    sendFile(request, response, found, fault);
  }

  function list(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    files: readonly TestFile[] | undefined,
    fault: Fault | undefined
  ): void {
    if (!files) return void response.writeHead(404).end();
    const from = Number(url.searchParams.get('cursor') ?? 0);
    if (from + pageSize < files.length) {
      url.searchParams.set('cursor', String(from + pageSize));
      response.setHeader('Link', `<${url.href}>; rel="next"`);
    }
    const entries = files.slice(from, from + pageSize).map(({ path, bytes, lfs }) => ({
      type: 'file',
      path,
      // The size of the file, and for large ones the identity of a pointer to it.
      size: bytes.length,
      oid: lfs ? gitSha1(new TextEncoder().encode(sha256(bytes))) : gitSha1(bytes),
      ...(lfs ? { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 134 } } : {})
    }));
    const folders = from === 0 ? [{ type: 'directory', path: 'onnx', size: 0, oid: '0'.repeat(40) }] : [];
    sendJson(request, response, [...folders, ...entries], fault);
  }
}

function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  value: unknown,
  fault: Fault | undefined
): void {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  response.writeHead(200, { 'Content-Type': 'application/json' });
  sendBody(request, response, bytes, fault);
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes }: TestFile,
  fault: Fault | undefined
): void {
  const etag = `"${sha256(bytes)}"`;
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const condition = request.headers['if-range'];
  const ranged = asked && fault?.kind !== 'no-range' && (condition === undefined || condition === etag);
  let from = ranged ? Number(asked[1]) : 0;
  if (ranged && from >= bytes.length)
    return void response.writeHead(416, { 'Content-Range': `bytes */${bytes.length}` }).end();
  if (ranged && fault?.kind === 'other-range') from = Math.min(bytes.length - 1, from + 1);
  response.writeHead(ranged ? 206 : 200, {
    ETag: fault?.kind === 'other-etag' ? '"another"' : etag,
    'Content-Type': 'application/octet-stream',
    // A proxy that cuts a body off in good order has not read its length.
    ...(fault?.kind === 'short' ? {} : { 'Content-Length': bytes.length - from }),
    ...(ranged ? { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {})
  });
  sendBody(request, response, bytes.subarray(from), fault);
}

function sendBody(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  fault: Fault | undefined
): void {
  if (fault?.kind === 'wrong-byte') {
    const wrong = bytes.slice();
    const at = Math.min(fault.at, wrong.length - 1);
    wrong[at] = (wrong[at] ?? 0) ^ 0xff;
    return void response.end(wrong);
  }
  if (fault?.kind === 'drop' || fault?.kind === 'stall' || fault?.kind === 'short') {
    const part = bytes.subarray(0, Math.min(fault.afterBytes, bytes.length - 1));
    if (fault.kind === 'short') return void response.end(part);
    // Without a first byte the head would not be sent either.
    if (part.length === 0) response.flushHeaders();
    response.write(part, () => {
      if (fault.kind === 'stall') response.emit(STALLED, part.length);
      if (fault.kind === 'drop') setTimeout(() => request.socket.destroy(), 2);
    });
    return;
  }
  response.end(bytes);
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
