/** The app itself: its page, code, styles and icons. Small, stored whole when the worker is installed. */
import { build, files, version } from '$service-worker';
import type { OfflineFile } from '$lib/offline/protocol';
import { isolated } from './isolation';
import { request } from './network';
import { ranged } from './range';
import { root } from './scope';

const PREFIX = 'timbre-shell-';
const CACHE = `${PREFIX}${version}`;
/** The list of the large files, of the same build as the shell. */
export const FILE_LIST = new URL('offline-files.json', root);
/** The app's one page once more, for addresses with which the server sends other headers (who may frame them). */
const OTHER_PAGES = ['embed', 'embed/window'];

const paths = new Set([...build, ...files]);
const isHashed = (url: URL) => url.pathname.includes('/_app/immutable/');

/** Fails as a whole when one file fails: half a shell is none. */
export async function storeShell(): Promise<void> {
  const cache = await caches.open(CACHE);
  const list = await request(FILE_LIST, { cache: 'reload' });
  if (!list.ok) throw new Error(`${FILE_LIST.pathname}: ${list.status}`);
  await cache.put(FILE_LIST, list.clone());
  const listed = (await list.json()) as OfflineFile[];
  const workers = listed.filter((file) => file.group === 'app').map((file) => new URL(file.path, root).href);
  const own = [...paths].map((path) => new URL(path, root).href);
  const urls = [...new Set([root.href, ...own, ...workers])].map((href) => new URL(href));
  await Promise.all(
    urls.map(async (url) => {
      // Hashed files can't be out of date; all others are fetched anew.
      const response = await request(url, { cache: isHashed(url) ? 'default' : 'reload' });
      if (!response.ok) throw new Error(`${url.pathname}: ${response.status}`);
      await cache.put(url, response);
    })
  );
  await Promise.all(OTHER_PAGES.map((path) => storeOtherPage(cache, path)));
}

/** A host of static files has no such page, and no headers either: it gets the app's one page without any. */
async function storeOtherPage(cache: Cache, path: string): Promise<void> {
  const url = new URL(path, root);
  const own = await request(url, { cache: 'reload' });
  if (own.ok && !own.redirected) return cache.put(url, own);
  const page = await cache.match(root);
  const headers = { 'Content-Type': page?.headers.get('Content-Type') ?? 'text/html; charset=utf-8' };
  await cache.put(url, new Response(await page?.blob(), { headers }));
}

/** Keeps the shell before this one: a page that is still open may ask for more of its code. */
export async function dropOldShells(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
}

/** The app's one page, for every address. */
export async function shellPage(original: Request, path: string): Promise<Response> {
  const page = path.replace(/\/$/, '');
  const cache = await caches.open(CACHE);
  const stored = await cache.match(OTHER_PAGES.includes(page) ? new URL(page, root) : root);
  return isolated(stored ?? (await request(original)), path);
}

/** A file of this or the last shell, or undefined when it is no part of them. */
export async function shellFile(original: Request, path: string): Promise<Response | undefined> {
  const url = new URL(original.url);
  if (!paths.has(url.pathname) && !isHashed(url) && url.pathname !== FILE_LIST.pathname) return undefined;
  const options = { ignoreSearch: true, ignoreVary: true };
  const here = await (await caches.open(CACHE)).match(url, options);
  const stored = here ?? (isHashed(url) ? await caches.match(url, options) : undefined);
  const response = stored ?? (await request(original));
  // Code that a page loads later (a worker’s, say) is part of the app as soon as it was used once.
  if (!stored && response.ok && isHashed(url)) {
    const copy = response.clone();
    void caches
      .open(CACHE)
      .then((cache) => cache.put(url, copy))
      .catch((error: unknown) => console.warn('A file could not be stored for offline use.', error));
  }
  const range = original.headers.get('Range');
  return isolated(stored && range ? await ranged(stored, range) : response, path);
}
