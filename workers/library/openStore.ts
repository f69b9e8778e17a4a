import { TimbreError } from '../contract';
import { cacheStore } from './cacheStore';
import { realClock } from '../clock';
import { opfsChunkStore } from './opfsChunks';
import { opfsStore, type Folder } from './opfsStore';
import type { FileStore } from './store';

/** Of the origin-private file system, and of Cache Storage. */
const NAME = 'timbre-library';

/**
 * The best store that this browser has, the same one every time. For workers: a page has no synchronous access.
 * @throws TimbreError 'storage/failed' when it has none (some private windows).
 */
export async function openStore(): Promise<FileStore> {
  const root = await privateFolder();
  if (root) {
    const prototype: object = globalThis.FileSystemFileHandle?.prototype ?? {};
    if ('createSyncAccessHandle' in prototype) return opfsStore(root, realClock);
    if ('createWritable' in prototype) return opfsChunkStore(root, realClock);
  }
  try {
    return cacheStore(await caches.open(NAME));
  } catch (cause) {
    throw new TimbreError('storage/failed', 'this browser keeps no files here', { cause });
  }
}

async function privateFolder(): Promise<Folder | undefined> {
  try {
    const root = await navigator.storage.getDirectory();
    return (await root.getDirectoryHandle(NAME, { create: true })) as unknown as Folder;
  } catch {
    return undefined; // not there, or refused in a private window
  }
}
