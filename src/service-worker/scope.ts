/// <reference lib="webworker" />
import { base } from '$service-worker';

/** The compiler takes `self` for a window; here it is the service worker. */
export const worker = self as unknown as ServiceWorkerGlobalScope;

/** The app's root, ending in a slash. */
export const root = new URL(`${base}/`, worker.location.href);

/** A path below the app's root, without a leading slash; null for other places. */
export function pathInApp(url: URL): string | null {
  return url.origin === root.origin && url.pathname.startsWith(root.pathname)
    ? decodeURIComponent(url.pathname.slice(root.pathname.length))
    : null;
}
