/** Stores for tests: in memory, with a disk that can be full and a tab that can be killed. */
import { ChunkedStore, type Shelf } from './chunkedStore';
import type { Clock } from '../clock';
import { opfsStore, type FileHandle, type Folder } from './opfsStore';
import type { FileStore } from './store';

/** What survives the tab. */
export class Disk {
  readonly values = new Map<string, Uint8Array<ArrayBuffer>>();
  capacityBytes = Infinity;

  get usedBytes(): number {
    let used = 0;
    for (const { length } of this.values.values()) used += length;
    return used;
  }

  write(key: string, bytes: Uint8Array<ArrayBuffer>): void {
    const before = this.values.get(key)?.length ?? 0;
    if (this.usedBytes - before + bytes.length > this.capacityBytes)
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    this.values.set(key, bytes);
  }
}

/** A tab over a disk. After `kill` nothing that it still does reaches the disk. */
export class Tab {
  alive = true;
  constructor(readonly disk: Disk) {}

  kill(): void {
    this.alive = false;
  }

  private living(): Disk {
    if (!this.alive) throw new DOMException('The tab is gone.', 'AbortError');
    return this.disk;
  }

  /** As over Cache Storage. */
  chunked(chunkBytes: number): FileStore {
    const shelf: Shelf = {
      keys: async () => [...this.living().values.keys()],
      get: async (key) => {
        const bytes = this.living().values.get(key);
        return bytes && new Blob([bytes]);
      },
      put: async (key, bytes) => this.living().write(key, bytes.slice()),
      remove: async (key) => void this.living().values.delete(key)
    };
    return new ChunkedStore(shelf, chunkBytes);
  }

  /** As over the origin-private file system of a worker. */
  opfs(clock: Clock): FileStore {
    return opfsStore(this.folder(''), clock);
  }

  folder(path: string, writable = true): Folder {
    const locked = lockedOf(this.disk);
    const below = (name: string) =>
      [...this.living().values.keys()].filter((key) => key.startsWith(`${path}${name}/`));
    const notFound = (name: string) => new DOMException(`no ${name}`, 'NotFoundError');
    const file = (key: string): FileHandle => ({
      kind: 'file',
      getFile: async () => new Blob([this.living().values.get(key) ?? new Uint8Array()]),
      ...(writable ? { createWritable: async () => this.writable(key) } : {}),
      createSyncAccessHandle: async () => {
        if (locked.get(key)?.alive) throw new DOMException('in use', 'NoModificationAllowedError');
        locked.set(key, this);
        const read = () => this.living().values.get(key) ?? new Uint8Array();
        return {
          getSize: () => read().length,
          write: (bytes, { at }) => {
            const longer = new Uint8Array(Math.max(read().length, at + bytes.length));
            longer.set(read());
            longer.set(bytes, at);
            this.living().write(key, longer);
            return bytes.length;
          },
          truncate: (size) => this.living().write(key, read().slice(0, size)),
          flush: () => undefined,
          close: () => void locked.delete(key)
        };
      }
    });
    return {
      getDirectoryHandle: async (name, options) => {
        if (!options?.create && below(name).length === 0) throw notFound(name);
        return this.folder(`${path}${name}/`, writable);
      },
      getFileHandle: async (name, options) => {
        const key = path + name;
        if (!this.living().values.has(key)) {
          if (!options?.create) throw notFound(name);
          this.living().write(key, new Uint8Array());
        }
        return file(key);
      },
      removeEntry: async (name) => {
        if (!this.living().values.delete(path + name)) throw notFound(name);
      },
      entries: () => this.entries(path, file)
    };
  }

  private async *entries(
    path: string,
    file: (key: string) => FileHandle
  ): AsyncGenerator<[string, Folder | FileHandle]> {
    const names = new Set<string>();
    for (const key of this.living().values.keys()) {
      if (!key.startsWith(path)) continue;
      const [name = '', ...rest] = key.slice(path.length).split('/');
      if (names.has(name)) continue;
      names.add(name);
      yield [name, rest.length > 0 ? this.folder(`${path}${name}/`) : file(key)];
    }
  }

  private writable(key: string) {
    let written: Uint8Array<ArrayBuffer> = new Uint8Array();
    return {
      write: async (bytes: Uint8Array<ArrayBuffer>) => {
        written = bytes.slice();
      },
      close: async () => this.living().write(key, written),
      abort: async () => undefined
    };
  }
}

const locks = new WeakMap<Disk, Map<string, Tab>>();
function lockedOf(disk: Disk): Map<string, Tab> {
  const known = locks.get(disk) ?? new Map<string, Tab>();
  locks.set(disk, known);
  return known;
}
