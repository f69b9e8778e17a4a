import { SHARE_CACHE, SHARE_NAME_HEADER } from './protocol';

/** A file that another app shared with this one. It stays until `done` is called. */
export interface SharedFile {
  /** Its own, for as long as it waits. */
  id: string;
  file: File;
  done: () => Promise<void>;
}

/** What waits, oldest first. */
export async function sharedFiles(): Promise<SharedFile[]> {
  if (!('caches' in globalThis)) return [];
  const cache = await caches.open(SHARE_CACHE);
  const waiting = await cache.keys();
  const files = await Promise.all(
    waiting.map(async (key): Promise<SharedFile | undefined> => {
      const response = await cache.match(key);
      if (!response) return undefined;
      const name = decodeURIComponent(response.headers.get(SHARE_NAME_HEADER) ?? '') || 'audio';
      const blob = await response.blob();
      return {
        id: new URL(key.url).pathname.split('/').at(-1) ?? name,
        file: new File([blob], name, { type: response.headers.get('Content-Type') ?? blob.type }),
        done: async () => void (await cache.delete(key))
      };
    })
  );
  return files.filter((file) => file !== undefined);
}
