import type { OfflineReadiness, RequestLog } from './protocol';

/** What the page knows of its service worker. Filled by `start.ts`; read by anyone. */
export const offline = $state<{
  /** `unknown` until the worker has answered; `unsupported` where the browser has none. */
  readiness: OfflineReadiness | 'unknown' | 'unsupported';
  /** Today's requests; null before the worker has counted any. */
  requests: RequestLog | null;
}>({ readiness: 'unknown', requests: null });
