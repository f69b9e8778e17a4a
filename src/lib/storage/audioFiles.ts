import { TimbreError } from '$workers/contract';
import type { AudioRecord } from './records';
import type { Store } from './store';

/** Whether a thing is on the disk, or only in memory because the disk is full. */
export type Kept = 'disk' | 'memory';

/** The sound files of messages, as Blobs on the outside. */
export class AudioFiles {
  constructor(private readonly store: Store) {}

  /** Errors: `audio/damaged` for a file that can't be read, `storage/…`; a full disk is not one, it says 'memory'. */
  async put(id: string, messageId: string, blob: Blob, createdAt: number): Promise<Kept> {
    const row = await audioRecord(id, messageId, blob, createdAt);
    await this.store.write(['audio'], (unit) => unit.put('audio', row));
    return this.store.overlay.get('audio', id) ? 'memory' : 'disk';
  }

  /** Errors: `storage/not-found`. */
  async get(id: string): Promise<Blob> {
    const row = await this.store.get('audio', id);
    if (!row) throw new TimbreError('storage/not-found', `no audio ${id}`);
    return new Blob([row.bytes], { type: row.mimeType });
  }

  remove(id: string): Promise<void> {
    return this.store.write(['audio'], (unit) => unit.remove('audio', id));
  }
}

/**
 * The row of a sound, for a unit that writes it together with what it belongs to. It is read before the
 * transaction, which would close while the Blob is waited for.
 * Errors: `audio/damaged` for a file that can't be read.
 */
export async function audioRecord(
  id: string,
  messageId: string,
  blob: Blob,
  createdAt: number
): Promise<AudioRecord> {
  const bytes = await bytesOf(blob);
  return { id, messageId, mimeType: blob.type, bytes, sizeBytes: bytes.byteLength, createdAt };
}

/** A file that was moved or changed since it was chosen, a folder, a disk that fails: the browser only says no. */
async function bytesOf(blob: Blob): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer();
  } catch (cause) {
    throw new TimbreError('audio/damaged', `The file can't be read: ${String(cause)}`, { cause });
  }
}
