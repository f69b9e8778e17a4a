/** Reading archives where they lie: the directory at the end first, then each entry by itself. */
import { TimbreError } from '../contract';

export interface ZipEntry {
  name: string;
  /** Bytes, unpacked. */
  size: number;
  open(): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

const END = 0x06054b50;
const END64_LOCATOR = 0x07064b50;
const END64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const FULL_32 = 0xffff_ffff;
const MOST_DIRECTORY_BYTES = 64e6;
const PIECE_BYTES = 4 * 1024 * 1024;

/**
 * The files in an archive, ZIP64 included; stored or deflated, without a password.
 * @throws TimbreError 'input/invalid'.
 */
export async function readZip(file: Blob): Promise<ZipEntry[]> {
  const { at, bytes, count } = await findDirectory(file);
  if (bytes > MOST_DIRECTORY_BYTES) throw invalid('its directory is too long');
  const view = await viewOf(file, at, bytes);
  const entries: ZipEntry[] = [];
  for (let here = 0, i = 0; i < count; i++) {
    if (here + 46 > view.byteLength || view.getUint32(here, true) !== CENTRAL)
      throw invalid('its directory is torn');
    const lengths = [28, 30, 32].map((offset) => view.getUint16(here + offset, true));
    const [nameBytes = 0, extraBytes = 0, commentBytes = 0] = lengths;
    if (here + 46 + nameBytes + extraBytes > view.byteLength) throw invalid('its directory is torn');
    const name = new TextDecoder().decode(
      new Uint8Array(view.buffer, view.byteOffset + here + 46, nameBytes)
    );
    const header = {
      flags: view.getUint16(here + 8, true),
      method: view.getUint16(here + 10, true),
      packed: view.getUint32(here + 20, true),
      size: view.getUint32(here + 24, true),
      local: view.getUint32(here + 42, true)
    };
    widen(header, new DataView(view.buffer, view.byteOffset + here + 46 + nameBytes, extraBytes));
    if (!name.endsWith('/')) entries.push(entryOf(file, name, header));
    here += 46 + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

interface Header {
  flags: number;
  method: number;
  packed: number;
  size: number;
  local: number;
}

function entryOf(file: Blob, name: string, header: Header): ZipEntry {
  return {
    name,
    size: header.size,
    async *open() {
      if (header.flags & 1) throw invalid(`${name} has a password`);
      const local = await viewOf(file, header.local, 30);
      if (local.getUint32(0, true) !== LOCAL) throw invalid(`${name} is not where it should be`);
      const begin = header.local + 30 + local.getUint16(26, true) + local.getUint16(28, true);
      const packed = file.slice(begin, begin + header.packed);
      if (header.method === 0) yield* slicesOf(packed);
      else if (header.method === 8) yield* inflated(packed, name);
      else throw invalid(`${name} is packed in an unknown way`);
    }
  };
}

export async function* slicesOf(blob: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < blob.size; at += PIECE_BYTES)
    yield new Uint8Array(await blob.slice(at, at + PIECE_BYTES).arrayBuffer());
}

async function* inflated(packed: Blob, name: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = packed.stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (;;) {
      const { value } = await reader.read().catch((cause: unknown) => {
        throw new TimbreError('model/damaged', `${name} does not unpack`, { cause });
      });
      if (!value) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function findDirectory(file: Blob): Promise<{ at: number; bytes: number; count: number }> {
  const tailBytes = Math.min(file.size, END_BYTES + LONGEST_COMMENT);
  const tail = await viewOf(file, file.size - tailBytes, tailBytes);
  for (let here = tailBytes - END_BYTES; here >= 0; here--) {
    if (tail.getUint32(here, true) !== END) continue;
    const short = {
      count: tail.getUint16(here + 10, true),
      bytes: tail.getUint32(here + 12, true),
      at: tail.getUint32(here + 16, true)
    };
    const locator = here - 20;
    if (locator < 0 || tail.getUint32(locator, true) !== END64_LOCATOR) return short;
    const long = await viewOf(file, wide(tail, locator + 8), 56);
    if (long.getUint32(0, true) !== END64) throw invalid('its end is torn');
    return { count: wide(long, 32), bytes: wide(long, 40), at: wide(long, 48) };
  }
  throw invalid('it has no directory');
}

/** Sizes that 32 bits can't hold stand in an extra field, in this order and only those. */
function widen(header: Header, extra: DataView): void {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    for (const key of ['size', 'packed', 'local'] as const) {
      if (header[key] !== FULL_32) continue;
      if (field + 8 > extra.byteLength) throw invalid('its sizes are torn');
      header[key] = wide(extra, field);
      field += 8;
    }
    return;
  }
}

function wide(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

async function viewOf(file: Blob, at: number, bytes: number): Promise<DataView> {
  if (at < 0 || at + bytes > file.size) throw invalid('it is cut off');
  return new DataView(await file.slice(at, at + bytes).arrayBuffer());
}

function invalid(why: string): TimbreError {
  return new TimbreError('input/invalid', `this archive can't be read: ${why}`);
}
