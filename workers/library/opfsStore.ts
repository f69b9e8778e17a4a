import { TimbreError } from '../contract';
import type { Clock } from '../clock';
import { sleep } from './stopping';
import type { Appender, FileStore } from './store';
import { coded } from './store';

/** The part of the origin-private file system that is used, so that tests can give one of their own. */
export interface Folder {
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<Folder>;
  getFileHandle(name: string, options?: { create?: boolean }): Promise<FileHandle>;
  removeEntry(name: string): Promise<void>;
  entries(): AsyncIterable<[string, Folder | FileHandle]>;
}
export interface FileHandle {
  readonly kind: 'file';
  getFile(): Promise<Blob>;
  createWritable?(): Promise<{
    write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
    close(): Promise<void>;
    abort(): Promise<void>;
  }>;
  createSyncAccessHandle?(): Promise<SyncAccess>;
}
/** Exists in workers only. */
export interface SyncAccess {
  getSize(): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

const PIECE_BYTES = 4 * 1024 * 1024;
/** A worker that was just ended holds its files a little longer, and so does the browser one that was closed. */
const BUSY_TRIES = 20;
const BUSY_WAIT_MS = 100;
const FOLDER_TRIES = 5;

/** Over the origin-private file system, in a worker: each piece is in its file before the next is asked for. */
export function opfsStore(root: Folder, clock: Clock): FileStore {
  const find = (name: string) => coded(() => fileAt(root, name, false));
  return {
    size: async (name) => {
      const handle = await find(name);
      return handle && coded(async () => (await handle.getFile()).size);
    },
    async read(name, onBytes) {
      const handle = await find(name);
      if (!handle) return undefined;
      const file = await coded(() => handle.getFile());
      const bytes = new Uint8Array(file.size);
      let loaded = 0;
      for await (const piece of slices(file)) {
        bytes.set(piece, loaded);
        loaded += piece.length;
        onBytes?.(loaded);
      }
      return bytes;
    },
    async *pieces(name) {
      const handle = await find(name);
      if (handle) yield* slices(await coded(() => handle.getFile()));
    },
    put: (name, bytes) =>
      coded(() =>
        remaking(async () => {
          const handle = await fileAt(root, name, true);
          // `createWritable` replaces the file in one step; WebKit got it late.
          if (handle?.createWritable) return replaceWith(await handle.createWritable(), bytes);
          const access = await openBusy(handle, name, clock);
          try {
            access.truncate(0);
            writeAll(access, bytes, 0);
            access.flush();
          } finally {
            access.close();
          }
        })
      ),
    append: (name) =>
      coded(() =>
        remaking(async () => new SyncAppender(await openBusy(await fileAt(root, name, true), name, clock)))
      ),
    remove: (name) => coded(() => removeFile(root, name, clock)),
    list: (prefix) => coded(() => namesBelow(root, prefix))
  };
}

class SyncAppender implements Appender {
  size: number;
  constructor(private readonly access: SyncAccess) {
    this.size = access.getSize();
  }
  append(bytes: Uint8Array): Promise<void> {
    return coded(async () => {
      writeAll(this.access, bytes, this.size);
      this.size += bytes.length;
    });
  }
  reset(): Promise<void> {
    return coded(async () => {
      this.access.truncate(0);
      this.size = 0;
    });
  }
  close(): Promise<void> {
    return coded(async () => {
      try {
        this.access.flush();
      } finally {
        this.access.close();
      }
    });
  }
}

async function replaceWith(
  writable: Awaited<ReturnType<NonNullable<FileHandle['createWritable']>>>,
  bytes: Uint8Array<ArrayBuffer>
): Promise<void> {
  try {
    await writable.write(bytes);
  } catch (error) {
    await writable.abort().catch(ignore);
    throw error;
  }
  await writable.close();
}

function ignore(): void {
  // The error that led here is thrown.
}

function writeAll(access: SyncAccess, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length;) {
    const written = access.write(bytes.subarray(done), { at: at + done });
    if (written <= 0) throw new TimbreError('storage/full', 'the file takes no more bytes');
    done += written;
  }
}

async function openBusy(handle: FileHandle | undefined, name: string, clock: Clock): Promise<SyncAccess> {
  const opening = handle?.createSyncAccessHandle?.bind(handle);
  if (!opening) throw new TimbreError('storage/failed', `${name} can't be written`);
  return whenFree(opening, clock);
}

/** Tries again while the file is held: a closed one, too, is let go a moment later. */
async function whenFree<T>(run: () => Promise<T>, clock: Clock): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      const busy = error instanceof DOMException && error.name === 'NoModificationAllowedError';
      if (!busy || tries >= BUSY_TRIES) throw error;
      await sleep(BUSY_WAIT_MS, clock, new AbortController().signal);
    }
  }
}

async function* slices(file: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    yield new Uint8Array(await coded(() => file.slice(at, at + PIECE_BYTES).arrayBuffer()));
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof DOMException && ['NotFoundError', 'TypeMismatchError'].includes(error.name);
}

function isFilled(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'InvalidModificationError';
}

async function folderAt(root: Folder, parts: string[], create: boolean): Promise<Folder | undefined> {
  let folder = root;
  try {
    for (const part of parts) folder = await folder.getDirectoryHandle(part, { create });
    return folder;
  } catch (error) {
    if (isNotFound(error) && !create) return undefined;
    throw error;
  }
}

async function fileAt(root: Folder, name: string, create: boolean): Promise<FileHandle | undefined> {
  const parts = name.split('/');
  const last = parts.pop() ?? '';
  try {
    const folder = await folderAt(root, parts, create);
    return await folder?.getFileHandle(last, { create });
  } catch (error) {
    if (isNotFound(error) && !create) return undefined;
    throw error;
  }
}

/** The removal of another file may take the folder along on the way: then it is made again. */
async function remaking<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      if (!isNotFound(error) || tries >= FOLDER_TRIES) throw error;
    }
  }
}

async function isEmpty(folder: Folder): Promise<boolean> {
  for await (const _ of folder.entries()) return false;
  return true;
}

/** Takes the folders that became empty with it; what others took or filled meanwhile is as it should be. */
async function removeFile(root: Folder, name: string, clock: Clock): Promise<void> {
  const parts = name.split('/');
  for (let depth = parts.length; depth > 0; depth--) {
    const last = parts[depth - 1];
    try {
      const folder = await folderAt(root, parts.slice(0, depth - 1), false);
      if (!folder || last === undefined) continue;
      if (depth < parts.length) {
        const child = await folderAt(folder, [last], false);
        if (!child || !(await isEmpty(child))) return;
      }
      await whenFree(() => folder.removeEntry(last), clock);
    } catch (error) {
      if (depth < parts.length && isFilled(error)) return;
      if (!isNotFound(error)) throw error;
    }
  }
}

async function namesBelow(root: Folder, prefix: string): Promise<string[]> {
  const folder = await folderAt(root, prefix.split('/').filter(Boolean), false);
  const names: string[] = [];
  const walk = async (at: Folder, path: string): Promise<void> => {
    for await (const [name, entry] of at.entries()) {
      if ('getFile' in entry) names.push(path + name);
      else await walk(entry, `${path}${name}/`);
    }
  };
  if (folder) await walk(folder, prefix);
  return names;
}
