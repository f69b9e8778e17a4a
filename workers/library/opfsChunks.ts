import { ChunkedStore } from './chunkedStore';
import type { Clock } from '../clock';
import { opfsStore, type Folder } from './opfsStore';
import type { FileStore } from './store';

/**
 * Over an origin-private file system whose files can only be replaced (`createWritable` and no synchronous
 * access): writing on at a file's end would copy all of it each time, so it is kept in chunks.
 */
export function opfsChunkStore(root: Folder, clock: Clock, chunkBytes?: number): FileStore {
  const files = opfsStore(root, clock);
  return new ChunkedStore(
    {
      keys: () => files.list(''),
      async get(key) {
        const bytes = await files.read(key);
        return bytes && new Blob([bytes]);
      },
      put: (key, bytes) => files.put(key, bytes),
      remove: (key) => files.remove(key)
    },
    chunkBytes
  );
}
