/** What the library's tests share: a context over a test hub, with time a few hundred times as fast. */
import type { LibraryContext } from './context';
import { createHub } from './hub';
import { DEFAULT_LIMITS, type Net } from './http';
import { seeded, type TestHub } from './hub.testing';
import type { Clock } from './clock';
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

export interface ContextOptions {
  fetch?: typeof fetch;
  seed?: number;
  estimate?: LibraryContext['estimate'];
  conditional?: boolean;
  retries?: number;
}

export function testContext(hub: TestHub, store: FileStore, options: ContextOptions = {}): LibraryContext {
  const net: Net = {
    fetch: options.fetch ?? fetch,
    clock: fastClock,
    random: seeded(options.seed ?? 1),
    limits: { ...DEFAULT_LIMITS, retries: options.retries ?? DEFAULT_LIMITS.retries }
  };
  return {
    store,
    net,
    hub: createHub(hub.baseUrl, net),
    clock: fastClock,
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
      const reader = response.body?.getReader();
      if (!reader) return response;
      let skip = response.status === 200 ? from : 0;
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
            const unasked = Math.min(skip, piece.length);
            skip -= unasked;
            count.bytes += piece.length - unasked;
            self.onPiece(piece.length);
            controller.enqueue(piece);
          }
        },
        { highWaterMark: 0 }
      );
      return new Response(body, response);
    }
  };
  return self;
}
