import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { FileHash } from './types';

/** A hash that grows with a file; the browser's own can only take a file whole. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** Lower-case hex. Ends it. */
  hex(): string;
}

/** @param size of the whole file in bytes: git puts it before the content. */
export function createHasher(kind: FileHash['kind'], size: number): Hasher {
  const state = kind === 'sha256' ? sha256.create() : sha1.create();
  if (kind === 'git-sha1') state.update(utf8ToBytes(`blob ${size}\0`));
  return {
    update: (bytes) => void state.update(bytes),
    hex: () => bytesToHex(state.digest())
  };
}
