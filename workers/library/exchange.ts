/** Models to and from a person's own disk: an archive, or a folder of files. */
import { makeZip } from 'client-zip';
import { TimbreError } from '../contract';
import { throwIfStopped } from './stopping';
import type { LibraryContext, TaskOptions } from './context';
import { discard, isComplete } from './download';
import { createHasher } from './hash';
import { parseJson, writeJson } from './json';
import { choose, expectNames, isSafePath, partialName, storedName } from './paths';
import { manifestOf, manifestSchema, removePlan, writeManifest } from './records';
import { expectRoom } from './room';
import type { FileStore } from './store';
import { sweep } from './sweep';
import { Tally } from './tally';
import type { Manifest, StoredFile, WantedModel } from './types';
import { readZip, slicesOf } from './zip';

/** The manifest's name in an exported archive. */
export const MANIFEST_FILE = 'timbre-model.json';
/** A manifest lists names; more than this is none. */
const LONGEST_MANIFEST_BYTES = 4e6;

/** What to import: an archive, or files with their paths below the picked folder. */
export type ImportSource =
  { kind: 'zip'; file: Blob } | { kind: 'files'; files: readonly { path: string; file: Blob }[] };

/**
 * Writes an installed model as an archive, its files stored as they are, its manifest first.
 * @param write takes one piece at a time; the next is made when it resolves.
 * @throws TimbreError 'storage/not-found', 'model/damaged' (a file is gone or of another size), 'job/cancelled',
 * and what `write` throws.
 */
export async function exportZip(
  repo: string,
  id: string,
  write: (piece: Uint8Array<ArrayBuffer>) => Promise<void>,
  context: LibraryContext,
  { signal, onProgress }: TaskOptions
): Promise<void> {
  const { store } = context;
  const manifest = await manifestOf(store, repo, id);
  for (const file of manifest.files)
    if (!(await isComplete(store, storedName(repo, file), file.size)))
      throw new TimbreError('model/damaged', `${file.path} is not as it was stored`);
  const tally = new Tally('copy', manifest.files, onProgress);
  const reader = makeZip(archived(manifest, store, tally)).getReader();
  try {
    for (;;) {
      throwIfStopped(signal);
      const { value } = await reader.read();
      if (!value) return;
      await write(value as Uint8Array<ArrayBuffer>);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function* archived(manifest: Manifest, store: FileStore, tally: Tally) {
  const folder = manifest.repo.split('/').at(-1) ?? manifest.repo;
  const lastModified = new Date(manifest.installedAt);
  yield { name: `${folder}/${MANIFEST_FILE}`, input: JSON.stringify(manifest, null, 2), lastModified };
  for (const file of manifest.files) {
    const input = counted(store.pieces(storedName(manifest.repo, file)), (bytes) =>
      tally.set(file.path, bytes)
    );
    yield { name: `${folder}/${file.path}`, input, size: file.size, lastModified };
  }
}

async function* counted(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
  onBytes: (bytes: number) => void
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let bytes = 0;
  for await (const piece of pieces) {
    yield piece;
    bytes += piece.length;
    onBytes(bytes);
  }
}

/**
 * Installs a model from a person's disk. With a manifest inside, every file is checked by it and it says
 * which model this is; without one, `target` says so, the hashes are computed and the origin is `unchecked`.
 * @throws TimbreError 'model/damaged' (a file is not what the manifest says; nothing is installed), 'model/missing'
 * (a wanted file isn't there), 'input/invalid' (no archive, or another model than `target`), 'storage/…', 'job/cancelled'.
 */
export async function importModel(
  source: ImportSource,
  target: WantedModel | undefined,
  context: LibraryContext,
  options: TaskOptions
): Promise<Manifest> {
  const entries = belowTop(await entriesOf(source));
  const inside = await manifestIn(entries);
  const manifest = inside ?? (await describe(entries, target, context, options));
  expectNames(manifest);
  if (target && (target.id !== manifest.id || target.repo !== manifest.repo))
    throw new TimbreError('input/invalid', `this is ${manifest.id} of ${manifest.repo}`);
  const { store } = context;
  const tally = new Tally('copy', manifest.files, options.onProgress);
  await expectRoom(tally.missingBytes, context);
  try {
    for (const file of manifest.files) {
      const entry = entries.find(({ path }) => path === file.path);
      if (!entry) throw new TimbreError('model/missing', `${file.path} is not there`);
      await take(entry, file, manifest.repo, store, options.signal, (bytes) => tally.set(file.path, bytes));
    }
    await writeManifest(store, manifest);
    await removePlan(store, manifest);
  } finally {
    // What an import that failed left behind belongs to no model.
    await sweep(store, manifest.repo);
  }
  return manifest;
}

/**
 * Which model an archive or a folder says it is, before anything of it is taken; null: it has no manifest.
 * @throws TimbreError 'input/invalid'.
 */
export async function modelIn(source: ImportSource): Promise<Pick<Manifest, 'id' | 'repo'> | null> {
  const manifest = await manifestIn(belowTop(await entriesOf(source)));
  return manifest ? { id: manifest.id, repo: manifest.repo } : null;
}

interface Entry {
  path: string;
  size: number;
  open(): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

async function entriesOf(source: ImportSource): Promise<Entry[]> {
  if (source.kind === 'zip') {
    const entries = await readZip(source.file);
    return entries
      .map(({ name, size, open }) => ({ path: name, size, open }))
      .filter(({ path }) => isSafePath(path));
  }
  return source.files
    .map(({ path, file }) => ({
      path: path.replace(/^\/+/, ''),
      size: file.size,
      open: () => slicesOf(file)
    }))
    .filter(({ path }) => isSafePath(path));
}

/** Without the folder that everything lies in; a manifest says where the model begins. */
function belowTop(entries: Entry[]): Entry[] {
  const manifest = entries.find(({ path }) => path.split('/').at(-1) === MANIFEST_FILE);
  const [first] = entries;
  const top = manifest
    ? manifest.path.slice(0, -MANIFEST_FILE.length)
    : `${first?.path.split('/').slice(0, 1).join('/') ?? ''}/`;
  const inside = entries.filter(({ path }) => path.startsWith(top));
  if (!manifest && inside.length < entries.length) return entries;
  return inside.map((entry) => ({ ...entry, path: entry.path.slice(top.length) }));
}

async function manifestIn(entries: readonly Entry[]): Promise<Manifest | undefined> {
  const entry = entries.find(({ path }) => path === MANIFEST_FILE);
  if (!entry) return undefined;
  if (entry.size > LONGEST_MANIFEST_BYTES) throw new TimbreError('input/invalid', 'its manifest is too long');
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of entry.open()) text += decoder.decode(piece, { stream: true });
  const manifest = parseJson(text + decoder.decode(), manifestSchema);
  if (!manifest) throw new TimbreError('input/invalid', 'its manifest does not parse');
  // Files lie below the manifest's own commit from now on, however they came together before.
  const files = manifest.files.map((file) => ({ ...file, commit: manifest.commit }));
  const origin = manifest.origin === 'unchecked' ? 'unchecked' : 'import';
  return { ...manifest, files, origin };
}

/** A manifest for files that came without one. Its commit is made of their hashes: the same files, the same name. */
async function describe(
  entries: readonly Entry[],
  target: WantedModel | undefined,
  context: LibraryContext,
  options: TaskOptions
): Promise<Manifest> {
  if (!target)
    throw new TimbreError('input/invalid', 'there is no manifest, and nobody said which model this is');
  const chosen = choose(target.files, entries, 'what was picked');
  const picked = chosen.map(({ file }) => file);
  const tally = new Tally('check', picked, options.onProgress);
  const hashes: string[] = [];
  for (const entry of picked)
    hashes.push(await hashOf(entry, options.signal, (bytes) => tally.set(entry.path, bytes)));
  const list = picked.map(({ path }, i) => `${hashes[i] ?? ''}  ${path}\n`).sort();
  const name = createHasher('sha256', 0);
  name.update(new TextEncoder().encode(list.join('')));
  const commit = `local-${name.hex().slice(0, 40)}`;
  const { id, repo, revision } = target;
  return {
    ...{ id, repo, revision, commit },
    files: chosen.map(({ file: { path, size }, saveAs }, i) => ({
      ...{ path, size, saveAs, commit },
      hash: { kind: 'sha256', hex: hashes[i] ?? '' }
    })),
    wanted: target.files.map((file) => ({
      path: file.path,
      ...(file.saveAs ? { saveAs: file.saveAs } : {}),
      ...(file.optional ? { optional: true } : {})
    })),
    dtype: target.dtype ?? null,
    origin: 'unchecked',
    installedAt: context.clock.now()
  };
}

async function hashOf(entry: Entry, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<string> {
  const hasher = createHasher('sha256', entry.size);
  let bytes = 0;
  for await (const piece of entry.open()) {
    throwIfStopped(signal);
    hasher.update(piece);
    onBytes((bytes += piece.length));
  }
  return hasher.hex();
}

/** Copies one file into the store, checked on the way. @throws TimbreError 'model/damaged'. */
async function take(
  entry: Entry,
  file: StoredFile,
  repo: string,
  store: FileStore,
  signal: AbortSignal,
  onBytes: (bytes: number) => void
): Promise<void> {
  const name = storedName(repo, file);
  if (await isComplete(store, name, file.size)) return onBytes(file.size);
  await discard(store, name);
  await writeJson(store, partialName(name), { etag: null });
  const hasher = createHasher(file.hash.kind, file.size);
  const appender = await store.append(name);
  let open = true;
  try {
    for await (const piece of entry.open()) {
      throwIfStopped(signal);
      if (appender.size + piece.length > file.size) throw damaged(file);
      hasher.update(piece);
      await appender.append(piece);
      onBytes(appender.size);
    }
    open = false;
    await appender.close();
    if (hasher.hex() !== file.hash.hex) throw damaged(file);
    await store.remove(partialName(name));
  } catch (error) {
    if (open) await appender.close().catch(() => undefined);
    await discard(store, name);
    throw error;
  }
}

function damaged({ path }: StoredFile): TimbreError {
  return new TimbreError('model/damaged', `${path} is not what its manifest says`);
}
