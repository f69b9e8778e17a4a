/** What the library's tests share: a context over a test hub, in which time passes fast and only when it matters. */
import type { LibraryContext } from './context';
import { createHub } from './hub';
import { DEFAULT_LIMITS, type Net } from './http';
import { seeded, type TestHub } from './hub.testing';
import type { Clock } from '../clock';
import type { FileStore } from './store';

/** A second of the library's is this many milliseconds of the test's. */
const FAST_SECOND_MS = 5;

export const fastClock: Clock = {
  after(ms, run) {
    const timer = setTimeout(run, (ms / 1000) * FAST_SECOND_MS);
    return () => clearTimeout(timer);
  },
  now: () => 1_700_000_000_000
};

/** The limits on waiting for the network, in milliseconds; no other wait is so long. */
const LIMIT_MS = 1e6;

/**
 * Time-outs that a busy machine can't set off: they pass when every request under way is one that the hub lets
 * hang, of which all was read that it sent, and never otherwise.
 */
function hangingTime(
  hub: TestHub,
  fetcher: typeof fetch,
  patient: boolean
): { clock: Clock; fetch: typeof fetch } {
  const limits = new Set<() => void>();
  /** Requests under way, and how many bytes of the answer's body were read. */
  const active = new Map<string, number>();
  /** How many bytes the hub sent before it fell silent. */
  const hanging = new Map<string, number>();
  let requests = 0;
  const mark = `${(contexts += 1)}`;
  const look = () =>
    // An answer's head, of which nothing tells that it came, has this long.
    setTimeout(() => {
      const isSilent = ([request, read]: [string, number]) => read >= (hanging.get(request) ?? Infinity);
      if (patient || active.size === 0 || ![...active].every(isSilent)) return;
      for (const pass of [...limits]) pass();
    }, 30);
  hub.onHang.add((request, bytes) => {
    hanging.set(request, bytes);
    look();
  });
  return {
    clock: {
      ...fastClock,
      after(ms, run) {
        if (ms < LIMIT_MS) return fastClock.after(ms, run);
        limits.add(run);
        look();
        return () => limits.delete(run);
      }
    },
    async fetch(input, init) {
      const request = `${mark}.${(requests += 1)}`;
      const end = () => {
        active.delete(request);
        look();
      };
      active.set(request, 0);
      // The library ends each connection by its signal, also one that is at its end.
      init?.signal?.addEventListener('abort', end, { once: true });
      const headers = new Headers(init?.headers);
      headers.set('X-Request', request);
      try {
        return inPieces(await fetcher(input, { ...init, headers }), Infinity, (bytes) => {
          const read = active.get(request);
          if (read === undefined) return;
          active.set(request, read + bytes);
          look();
        });
      } catch (error) {
        end();
        throw error;
      }
    }
  };
}
let contexts = 0;

/** The same answer, its body in pieces of at most `pieceBytes`, of which `onPiece` is told as each is taken. */
function inPieces(response: Response, pieceBytes: number, onPiece: (bytes: number) => void): Response {
  const reader = response.body?.getReader();
  if (!reader) return response;
  let rest: Uint8Array<ArrayBuffer> = new Uint8Array();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        if (rest.length === 0) {
          const { value } = await reader.read();
          if (!value) return controller.close();
          rest = value;
        }
        const piece = rest.slice(0, pieceBytes);
        rest = rest.slice(pieceBytes);
        onPiece(piece.length);
        controller.enqueue(piece);
      }
    },
    { highWaterMark: 0 }
  );
  return new Response(body, response);
}

export interface ContextOptions {
  /** The network's limits are never reached. */
  patient?: boolean;
  fetch?: typeof fetch;
  seed?: number;
  estimate?: LibraryContext['estimate'];
  conditional?: boolean;
  retries?: number;
}

export function testContext(hub: TestHub, store: FileStore, options: ContextOptions = {}): LibraryContext {
  const time = hangingTime(hub, options.fetch ?? fetch, options.patient ?? false);
  const net: Net = {
    fetch: time.fetch,
    clock: time.clock,
    random: seeded(options.seed ?? 1),
    limits: {
      ...DEFAULT_LIMITS,
      connectMs: LIMIT_MS,
      stallMs: LIMIT_MS,
      retries: options.retries ?? DEFAULT_LIMITS.retries
    }
  };
  return {
    store,
    net,
    hub: createHub(hub.baseUrl, net),
    clock: time.clock,
    estimate: options.estimate ?? (() => Promise.resolve(undefined)),
    conditional: () => options.conditional ?? true,
    parallel: 3
  };
}

export const unstopped = () => ({ signal: new AbortController().signal });

/** Bytes of a file's body that came, without those before what was asked for (a server that ignores ranges). */
export interface Meter {
  fetch: typeof fetch;
  /** By the end of the URL: bytes and requests. */
  of(path: string): { bytes: number; requests: number };
  /** Called for each piece that came, before it is handed on. */
  onPiece: (bytes: number) => void;
}

/** Hands bodies on in pieces of at most `pieceBytes`, and counts them as they are taken. */
export function meter(pieceBytes: number): Meter {
  const counts = new Map<string, { bytes: number; requests: number }>();
  const countOf = (path: string) => {
    const known = counts.get(path) ?? { bytes: 0, requests: 0 };
    counts.set(path, known);
    return known;
  };
  const self: Meter = {
    onPiece: () => undefined,
    of: countOf,
    async fetch(input, init) {
      const url = input instanceof Request ? input.url : String(input);
      const count = countOf(decodeURIComponent(/\/resolve\/[^/]+\/(.*)$/.exec(url)?.[1] ?? 'api'));
      count.requests += 1;
      const from = Number(/^bytes=(\d+)-/.exec(new Headers(init?.headers).get('Range') ?? '')?.[1] ?? 0);
      const response = await fetch(input, init);
      let skip = response.status === 200 ? from : 0;
      return inPieces(response, pieceBytes, (bytes) => {
        const unasked = Math.min(skip, bytes);
        skip -= unasked;
        count.bytes += bytes - unasked;
        self.onPiece(bytes);
      });
    }
  };
  return self;
}
