import { ChunkedStore, type Shelf } from './chunkedStore';
import type { FileStore } from './store';

/** Keys become URLs of a host that can't exist, so that no page's request ever meets them. */
const HOST = 'https://library.invalid/';

/** Over Cache Storage, for browsers without the origin-private file system. */
export function cacheStore(cache: Cache, chunkBytes?: number): FileStore {
  return new ChunkedStore(cacheShelf(cache), chunkBytes);
}

function cacheShelf(cache: Cache): Shelf {
  const urlOf = (key: string) => HOST + encodeURIComponent(key);
  return {
    async keys() {
      const requests = await cache.keys();
      return requests
        .filter(({ url }) => url.startsWith(HOST))
        .map(({ url }) => decodeURIComponent(url.slice(HOST.length)));
    },
    async get(key) {
      const response = await cache.match(urlOf(key));
      return response?.blob();
    },
    put: (key, bytes) => cache.put(urlOf(key), new Response(bytes)),
    async remove(key) {
      await cache.delete(urlOf(key));
    }
  };
}
