import { TimbreError } from '../contract';
import type { Clock } from '../clock';
import { cancelled, sleep, throwIfStopped } from './stopping';

export interface Limits {
  /** Milliseconds until an answer's head must be there. */
  connectMs: number;
  /** Milliseconds in which the next piece must come. */
  stallMs: number;
  /** Failures in a row, without a byte gained, until it is given up. */
  retries: number;
  /** The pause after the first failure; it doubles each time. */
  firstDelayMs: number;
  longestDelayMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  connectMs: 30_000,
  stallMs: 30_000,
  retries: 6,
  firstDelayMs: 1000,
  longestDelayMs: 30_000
};

export interface Net {
  fetch: typeof fetch;
  clock: Clock;
  /** 0…1, spreads the retries of many devices. */
  random: () => number;
  limits: Limits;
}

/** A failure that another attempt may not meet. Never leaves the library: at last it becomes its code. */
export class Passing extends Error {
  constructor(
    readonly code: 'network/offline' | 'network/timeout' | 'model/download-failed',
    message: string,
    readonly retryAfterMs?: number
  ) {
    super(message);
  }
}

export interface Opened {
  response: Response;
  /** The next piece of the body, or undefined at its end. @throws Passing, TimbreError 'job/cancelled'. */
  next(): Promise<Uint8Array | undefined>;
  /** Lets go of the connection. */
  close(): void;
}

/**
 * One GET whose answer is 2xx or 416.
 * @throws Passing, or TimbreError: 'model/missing', 'model/licence-not-accepted', 'model/download-failed', 'job/cancelled'.
 */
export async function open(
  url: string,
  headers: Record<string, string>,
  net: Net,
  signal: AbortSignal
): Promise<Opened> {
  throwIfStopped(signal);
  const { fetch } = net;
  const connection = new AbortController();
  // A cached part of a file would meet the browser's cache only once: each byte goes straight to the store.
  const request = { headers, signal: connection.signal, cache: 'no-store', credentials: 'omit' } as const;
  const response = await inTime(fetch(url, request), net.limits.connectMs, `${url} did not answer`);
  const failure = failureOf(response, url);
  if (failure) {
    connection.abort();
    throw failure;
  }
  const reader = response.body?.getReader();
  return {
    response,
    async next() {
      if (!reader) return undefined;
      const { value } = await inTime(reader.read(), net.limits.stallMs, `${url} stalled`);
      return value;
    },
    close() {
      connection.abort();
    }
  };

  /** `work`, unless the limit or the caller's signal comes first; both end the connection. */
  function inTime<T>(work: Promise<T>, ms: number, late: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (error: Error) => {
        settle();
        connection.abort();
        reject(error);
      };
      const onAbort = () => end(cancelled());
      const takeBack = net.clock.after(ms, () => end(new Passing('network/timeout', late)));
      const settle = () => {
        takeBack();
        signal.removeEventListener('abort', onAbort);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      work.then(
        (value) => {
          settle();
          resolve(value);
        },
        (cause: unknown) => {
          settle();
          reject(
            signal.aborted
              ? cancelled()
              : new Passing('network/offline', `${url} broke off: ${String(cause)}`)
          );
        }
      );
    });
  }
}

/** A JSON answer, and its address's next page where there is one. Errors as for `open`. */
export async function getJson(
  url: string,
  net: Net,
  signal: AbortSignal
): Promise<{ value: unknown; link: string | null }> {
  const opened = await open(url, { Accept: 'application/json' }, net, signal);
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let piece = await opened.next(); piece; piece = await opened.next())
      text += decoder.decode(piece, { stream: true });
  } finally {
    opened.close();
  }
  try {
    return {
      value: JSON.parse(text + decoder.decode()) as unknown,
      link: opened.response.headers.get('Link')
    };
  } catch {
    // A page that asks for a login, a proxy's message, an answer cut off.
    throw new Passing('model/download-failed', `${url} did not answer with JSON`);
  }
}

/**
 * Runs `attempt` until it ends without a passing failure.
 * @param attempt tells by what it returns to `gained` whether the last one got anywhere.
 * @throws TimbreError: the last failure's code when `retries` in a row gained nothing.
 */
export async function persistently<T>(
  attempt: () => Promise<T>,
  net: Net,
  signal: AbortSignal,
  gained: () => boolean = () => false
): Promise<T> {
  for (let failures = 0; ;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      failures = gained() ? 1 : failures + 1;
      if (failures > net.limits.retries) throw new TimbreError(error.code, error.message, { cause: error });
      await sleep(Math.max(error.retryAfterMs ?? 0, delay(failures, net)), net.clock, signal);
    }
  }
}

/** Doubling, and between half of it and all of it, so that many devices don't come back at once. */
function delay(failures: number, { limits, random }: Net): number {
  const full = Math.min(limits.longestDelayMs, limits.firstDelayMs * 2 ** (failures - 1));
  return full * (0.5 + 0.5 * random());
}

const LONGEST_RETRY_AFTER_MS = 120_000;
const PASSING_STATUS = new Set([403, 408, 425, 429]);

function failureOf(response: Response, url: string): Error | undefined {
  const { status, ok } = response;
  if (ok || status === 416) return undefined;
  const said = `${url} answered ${status}`;
  const reason = response.headers.get('X-Error-Code');
  if (reason === 'GatedRepo') return new TimbreError('model/licence-not-accepted', said);
  // To strangers the hub says 401 for a repository that does not exist.
  if (status === 404 || status === 410 || status === 401) return new TimbreError('model/missing', said);
  // 403: a signed address that ran out; the next attempt gets a new one.
  if (status >= 500 || PASSING_STATUS.has(status)) {
    const seconds = Number(response.headers.get('Retry-After') ?? 0);
    const wait = Number.isFinite(seconds) ? Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, seconds) * 1000) : 0;
    return new Passing('model/download-failed', said, wait);
  }
  return new TimbreError('model/download-failed', said);
}
