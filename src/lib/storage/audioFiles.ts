import { TimbreError } from '$workers/contract';
import type { AudioRecord } from './records';
import type { Store } from './store';

/** Whether a thing is on the disk, or only in memory because the disk is full. */
export type Kept = 'disk' | 'memory';

/** A file's bytes and what they are. */
export type SoundFile = Pick<AudioRecord, 'bytes' | 'mimeType'>;

/** For a player, a download, another window. What stays in the app does without: a Blob's bytes lie in another process. */
export function blobOf({ bytes, mimeType }: SoundFile): Blob {
  return new Blob([bytes], { type: mimeType });
}

/** The sound files of messages. */
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
    return blobOf(await this.file(id));
  }

  /** Errors: `storage/not-found`. */
  async file(id: string): Promise<SoundFile> {
    const row = await this.store.get('audio', id);
    if (!row) throw new TimbreError('storage/not-found', `no audio ${id}`);
    return row;
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
  return soundRecord(id, messageId, { bytes: await bytesOf(blob), mimeType: blob.type }, createdAt);
}

/** The same of bytes that are at hand. */
export function soundRecord(
  id: string,
  messageId: string,
  { bytes, mimeType }: SoundFile,
  createdAt: number
): AudioRecord {
  return { id, messageId, mimeType, bytes, sizeBytes: bytes.byteLength, createdAt };
}

/** A file that was moved or changed since it was chosen, a folder, a disk that fails: the browser only says no. */
async function bytesOf(blob: Blob): Promise<ArrayBuffer> {
  try {
    return await blob.arrayBuffer();
  } catch (cause) {
    throw new TimbreError('audio/damaged', `The file can't be read: ${String(cause)}`, { cause });
  }
}
