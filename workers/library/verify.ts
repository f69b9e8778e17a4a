import { throwIfStopped } from './stopping';
import type { LibraryContext, TaskOptions } from './context';
import { discard, isComplete } from './download';
import { createHasher } from './hash';
import { storedName } from './paths';
import { manifestOf, manifests, removeManifest, writePlan } from './records';
import type { FileStore } from './store';
import { Tally } from './tally';
import { sweep } from './sweep';
import type { Manifest, StoredFile, VerifyReport, WantedModel } from './types';

/**
 * Hashes a model's files again. One that is wrong or gone is deleted, and every model that needs it becomes
 * unfinished: it is no longer used, and `install` fetches only what is missing.
 * @throws TimbreError 'storage/not-found' (no such model), 'storage/…', 'job/cancelled'.
 */
export async function verify(
  repo: string,
  id: string,
  context: LibraryContext,
  { signal, onProgress }: TaskOptions
): Promise<VerifyReport> {
  const { store } = context;
  const manifest = await manifestOf(store, repo, id);
  const tally = new Tally('check', manifest.files, onProgress);
  const damaged: StoredFile[] = [];
  for (const file of manifest.files) {
    const right = await isRight(store, storedName(repo, file), file, signal, (bytes) =>
      tally.set(file.path, bytes)
    );
    if (!right) damaged.push(file);
  }
  if (damaged.length > 0) {
    const lost = new Set(damaged.map((file) => storedName(repo, file)));
    for (const other of await manifests(store, repo))
      if (other.files.some((file) => lost.has(storedName(repo, file))))
        await reopen(store, other, context.clock.now());
    for (const name of lost) await discard(store, name);
    await sweep(store, repo);
  }
  return {
    checkedFiles: manifest.files.length,
    damaged: damaged.map(({ path }) => path),
    cure: manifest.origin === 'unchecked' ? null : cureOf(manifest)
  };
}

async function isRight(
  store: FileStore,
  name: string,
  { size, hash }: StoredFile,
  signal: AbortSignal,
  onBytes: (bytes: number) => void
): Promise<boolean> {
  if (!(await isComplete(store, name, size))) return false;
  const hasher = createHasher(hash.kind, size);
  let read = 0;
  for await (const piece of store.pieces(name)) {
    throwIfStopped(signal);
    hasher.update(piece);
    read += piece.length;
    onBytes(read);
  }
  return hasher.hex() === hash.hex;
}

function cureOf({ id, repo, revision, wanted, dtype }: Manifest): WantedModel {
  return { id, repo, revision, files: wanted, ...(dtype ? { dtype } : {}) };
}

/** An installed model becomes one under way. First the plan, so that a crash between never loses it. */
async function reopen(store: FileStore, manifest: Manifest, now: number): Promise<void> {
  const { origin, installedAt: _, ...kept } = manifest;
  // No hub knows the commit of a model that came without a manifest.
  if (origin !== 'unchecked') await writePlan(store, { ...kept, startedAt: now });
  await removeManifest(store, manifest);
}
