/** What the page and the service worker say to each other. Types and names only. */

/** One line of `/offline-files.json`, written by the build (vite/shipped-files.ts). */
export interface OfflineFile {
  /** Below the app's base, without a leading slash. */
  path: string;
  bytes: number;
  /** Hex SHA-256 of the file. */
  sha256: string;
  /**
   * `app` is part of the shell; the others are large and stored later, `runtime-gpu` only where there is WebGPU,
   * `runtime-bergamot` when it is first used or a model that needs it is fetched.
   */
  group: 'app' | 'runtime' | 'runtime-gpu' | 'runtime-bergamot' | 'speech' | 'vad' | 'starter';
}

/**
 * How far the app can do without the network. `partial`: some files are missing and none is being
 * fetched; `full`: the browser has no room for them.
 */
export interface OfflineReadiness {
  state: 'partial' | 'filling' | 'ready' | 'full';
  storedBytes: number;
  totalBytes: number;
}

/** Requests that went to the network on one day, by place. */
export interface RequestCount {
  /** `example.org`, or the app's own host. */
  host: string;
  own: boolean;
  count: number;
  /** Those that carried a body: something was sent, not only asked for. */
  sent: number;
}

export interface RequestLog {
  /** Local date, `2026-11-20`. */
  day: string;
  counts: RequestCount[];
}

export type ToWorker =
  | { type: 'SKIP_WAITING' }
  /** A page without a worker between it and the network asks for one. */
  | { type: 'claim' }
  | { type: 'offline-status' }
  | { type: 'offline-fill' }
  | { type: 'requests' }
  /** Addresses that the page fetched before the service worker stood between. */
  | { type: 'requests-before'; urls: string[] };

export type FromWorker =
  | ({ type: 'offline-status' } & OfflineReadiness)
  | ({ type: 'requests' } & RequestLog)
  /** A day has gone by. */
  | { type: 'daily' };

/** Of the periodic background sync. */
export const DAILY_TAG = 'timbre-daily';

/** Where files shared by another app wait for the page. */
export const SHARE_CACHE = 'timbre-shared';
/** A shared file's name travels in this header, percent-encoded. */
export const SHARE_NAME_HEADER = 'X-File-Name';
