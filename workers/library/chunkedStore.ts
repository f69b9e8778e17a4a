import type { Appender, FileStore } from './store';
import { coded } from './store';

/** A place for values under keys, each written whole: Cache Storage, or files that cannot be appended to. */
export interface Shelf {
  keys(): Promise<string[]>;
  get(key: string): Promise<Blob | undefined>;
  put(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  remove(key: string): Promise<void>;
}

/** What a kill can cost at most, in bytes. */
export const CHUNK_BYTES = 4 * 1024 * 1024;

interface Chunk {
  key: string;
  index: number;
  size: number;
}

const MARK = '#';

/**
 * Files as numbered chunks, so that one can grow without being written anew. A chunk's key says its size:
 * `name#3.4194304`. A file written whole has its name as its key.
 */
export class ChunkedStore implements FileStore {
  constructor(
    private readonly shelf: Shelf,
    private readonly chunkBytes = CHUNK_BYTES
  ) {}

  size(name: string): Promise<number | undefined> {
    return coded(async () => {
      const whole = await this.shelf.get(name);
      if (whole) return whole.size;
      const chunks = await this.chunks(name);
      return chunks.length > 0 ? sum(chunks) : undefined;
    });
  }

  read(name: string, onBytes?: (loaded: number) => void): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return coded(async () => {
      const size = await this.size(name);
      if (size === undefined) return undefined;
      const bytes = new Uint8Array(size);
      let loaded = 0;
      for await (const piece of this.pieces(name)) {
        bytes.set(piece, loaded);
        loaded += piece.length;
        onBytes?.(loaded);
      }
      return bytes;
    });
  }

  async *pieces(name: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const whole = await coded(() => this.shelf.get(name));
    if (whole) {
      yield new Uint8Array(await coded(() => whole.arrayBuffer()));
      return;
    }
    for (const { key } of await coded(() => this.chunks(name))) {
      const blob = await coded(() => this.shelf.get(key));
      if (blob) yield new Uint8Array(await coded(() => blob.arrayBuffer()));
    }
  }

  put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return coded(() => this.shelf.put(name, bytes));
  }

  append(name: string): Promise<Appender> {
    return coded(async () => {
      const chunks = await this.chunks(name);
      return new ChunkAppender(this.shelf, name, this.chunkBytes, chunks, await this.tailOf(chunks));
    });
  }

  remove(name: string): Promise<void> {
    return coded(async () => {
      await this.shelf.remove(name);
      for (const key of await this.shelf.keys()) if (parse(key)?.name === name) await this.shelf.remove(key);
    });
  }

  list(prefix: string): Promise<string[]> {
    return coded(async () => {
      const names = (await this.shelf.keys()).map((key) => parse(key)?.name ?? key);
      return [...new Set(names)].filter((name) => name.startsWith(prefix));
    });
  }

  /** In order and without a gap; of a chunk that was being replaced the longer. */
  private async chunks(name: string): Promise<Chunk[]> {
    const best: Chunk[] = [];
    for (const key of await this.shelf.keys()) {
      const parsed = parse(key);
      if (parsed?.name !== name) continue;
      const { index, size } = parsed;
      if (size > (best[index]?.size ?? -1)) best[index] = { key, index, size };
    }
    const gap = best.findIndex((chunk) => chunk === undefined);
    return gap < 0 ? best : best.slice(0, gap);
  }

  /** The last chunk's bytes when it is not full: it is then written anew, longer. */
  private async tailOf(chunks: Chunk[]): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const last = chunks.at(-1);
    if (!last || last.size >= this.chunkBytes) return undefined;
    const blob = await this.shelf.get(last.key);
    return blob ? new Uint8Array(await blob.arrayBuffer()) : undefined;
  }
}

class ChunkAppender implements Appender {
  private readonly buffer: Uint8Array<ArrayBuffer>;
  private filled = 0;
  /** Of the chunk that is being filled. */
  private index: number;
  private replaces: string | undefined;
  private stored: number;
  /** Bytes in full chunks. */
  private before: number;

  constructor(
    private readonly shelf: Shelf,
    private readonly name: string,
    chunkBytes: number,
    chunks: Chunk[],
    tail: Uint8Array | undefined
  ) {
    this.buffer = new Uint8Array(chunkBytes);
    this.stored = chunks.length;
    this.index = tail ? chunks.length - 1 : chunks.length;
    this.before = sum(tail ? chunks.slice(0, -1) : chunks);
    if (tail) {
      this.replaces = chunks.at(-1)?.key;
      this.buffer.set(tail);
      this.filled = tail.length;
    }
  }

  get size(): number {
    return this.before + this.filled;
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + this.buffer.length - this.filled);
      this.buffer.set(part, this.filled);
      this.filled += part.length;
      at += part.length;
      if (this.filled < this.buffer.length) continue;
      await this.write();
      this.before += this.filled;
      this.filled = 0;
      this.index += 1;
      this.replaces = undefined;
    }
  }

  async reset(): Promise<void> {
    // By what is there, not by what this appender knows: a kill may have left a chunk beside its successor.
    await coded(async () => {
      for (const key of await this.shelf.keys())
        if (parse(key)?.name === this.name) await this.shelf.remove(key);
    });
    this.stored = 0;
    this.replaces = undefined;
    this.filled = 0;
    this.before = 0;
    this.index = 0;
  }

  async close(): Promise<void> {
    // An empty file has one empty chunk, or it would not be there at all.
    if (this.filled > 0 || this.stored === 0) await this.write();
  }

  private async write(): Promise<void> {
    const key = `${this.name}${MARK}${this.index}.${this.filled}`;
    if (key === this.replaces) return;
    await coded(async () => {
      await this.shelf.put(key, this.buffer.subarray(0, this.filled));
      this.stored += 1;
      if (this.replaces) await this.shelf.remove(this.replaces);
    });
    this.replaces = key;
  }
}

function parse(key: string): { name: string; index: number; size: number } | undefined {
  const found = /^(.*)#(\d+)\.(\d+)$/.exec(key);
  return found ? { name: found[1] ?? '', index: Number(found[2]), size: Number(found[3]) } : undefined;
}

function sum(chunks: readonly Chunk[]): number {
  return chunks.reduce((total, { size }) => total + size, 0);
}
