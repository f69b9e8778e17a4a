import { TimbreError } from '../contract';

/**
 * Where the library keeps files. A name is a path such as `models/owner/name/<commit>/onnx/model.onnx`.
 * Every method may throw TimbreError 'storage/full' or 'storage/failed'.
 */
export interface FileStore {
  /** Bytes, or undefined when there is no such file. */
  size(name: string): Promise<number | undefined>;
  /** The whole file in one buffer, or undefined. @param onBytes bytes read so far. */
  read(name: string, onBytes?: (loaded: number) => void): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** The file in pieces of some megabytes, each in memory alone; nothing when there is no such file. */
  pieces(name: string): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Writes a small file whole. A crash leaves the old one, the new one, or one that does not parse. */
  put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Opens a file, new or not, to write on at its end. One at a time for each file. */
  append(name: string): Promise<Appender>;
  /** Nothing happens when there is no such file. */
  remove(name: string): Promise<void>;
  /** The names that begin with `prefix`, which ends in `/`. */
  list(prefix: string): Promise<string[]>;
}

export interface Appender {
  /** Bytes so far, those of earlier times included. */
  readonly size: number;
  /** The bytes are used up when this resolves; what a kill can still lose then is less than one chunk. */
  append(bytes: Uint8Array): Promise<void>;
  /** Back to no bytes. */
  reset(): Promise<void>;
  /** Everything appended is stored when this resolves. */
  close(): Promise<void>;
}

const QUOTA_NAMES = new Set([
  'QuotaExceededError',
  'NS_ERROR_DOM_QUOTA_REACHED',
  'NS_ERROR_FILE_NO_DEVICE_SPACE'
]);
const QUOTA_WORDS = /quota|no space left|FILE_ERROR_NO_SPACE|disk (is )?full/i;

/** What a store threw, with its code. */
export function asStoreError(thrown: unknown): TimbreError {
  if (thrown instanceof TimbreError) return thrown;
  const { name, message } =
    thrown instanceof Error || thrown instanceof DOMException
      ? thrown
      : { name: '', message: String(thrown) };
  const full = QUOTA_NAMES.has(name) || QUOTA_WORDS.test(message);
  return new TimbreError(full ? 'storage/full' : 'storage/failed', `${name}: ${message}`, { cause: thrown });
}

/** @throws what `work` throws, coded. */
export async function coded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw asStoreError(thrown);
  }
}
