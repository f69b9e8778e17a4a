/** The one way out: every request that goes to the network is made, and counted, here. */
import type { RequestLog } from '$lib/offline/protocol';
import { broadcast } from './messages';
import { RequestCounter } from './requestLog';
import { root } from './scope';

const CACHE = 'timbre-requests';
const KEY = new URL('__requests', root);

export const counter = new RequestCounter(
  {
    async read() {
      const kept = await (await caches.open(CACHE)).match(KEY);
      return kept ? ((await kept.json()) as RequestLog) : undefined;
    },
    async write(log) {
      await (await caches.open(CACHE)).put(KEY, new Response(JSON.stringify(log)));
    }
  },
  root.host
);

/** `data:` and `blob:` never leave the browser. */
const leaves = (url: URL) => url.protocol === 'https:' || url.protocol === 'http:';

/** Counts requests that were made, and tells the pages. A log that can't be written stops nothing. */
export async function count(requests: { url: string; sent: boolean }[]): Promise<void> {
  const made = requests
    .map(({ url, sent }) => ({ url: new URL(url), sent }))
    .filter(({ url }) => leaves(url))
    .map(({ url, sent }) => ({ host: url.host, sent }));
  if (made.length === 0) return;
  try {
    await broadcast({ type: 'requests', ...(await counter.add(made)) });
  } catch (error) {
    console.warn('The request log could not be written.', error);
  }
}

/** `fetch`, counted. */
export function request(input: Request | URL, init?: RequestInit): Promise<Response> {
  const request = input instanceof Request && !init ? input : new Request(input, init);
  void count([{ url: request.url, sent: request.method !== 'GET' && request.method !== 'HEAD' }]);
  return fetch(request);
}
