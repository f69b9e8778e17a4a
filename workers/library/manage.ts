import type { LibraryContext, TaskOptions } from './context';
import { MODELS, storedName } from './paths';
import { manifestOf, manifests, plans, removeManifest, removePlan } from './records';
import type { FileStore } from './store';
import { sweep } from './sweep';
import type { LibraryEntry, Manifest, Plan, UpdateReport, Usage } from './types';

/** Every model, whole or begun. One that is being updated is there once, as installed. */
export async function list(store: FileStore): Promise<LibraryEntry[]> {
  const whole = await manifests(store);
  const begun = (await plans(store)).filter(
    ({ id, repo }) => !whole.some((other) => other.id === id && other.repo === repo)
  );
  const entries = [
    ...whole.map((manifest) => entryOf(store, manifest, 'installed', manifest.installedAt, manifest.origin)),
    ...begun.map((plan) => entryOf(store, plan, 'unfinished', null, 'hub'))
  ];
  return Promise.all(entries);
}

async function entryOf(
  store: FileStore,
  { id, repo, revision, commit, dtype, files }: Manifest | Plan,
  state: LibraryEntry['state'],
  installedAt: number | null,
  origin: LibraryEntry['origin']
): Promise<LibraryEntry> {
  const sizes = await Promise.all(files.map((file) => store.size(storedName(repo, file))));
  return {
    ...{ id, repo, revision, commit, dtype, state, installedAt, origin },
    totalBytes: files.reduce((sum, { size }) => sum + size, 0),
    storedBytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
  };
}

/** Deletes a model, whole or begun, with those of its files that no other model needs. */
export async function remove(repo: string, id: string, store: FileStore): Promise<void> {
  // The manifest first: what is half deleted must not look installed.
  await removeManifest(store, { repo, id });
  await removePlan(store, { repo, id });
  await sweep(store, repo);
}

export async function usage(context: LibraryContext): Promise<Usage> {
  const { store } = context;
  let libraryBytes = 0;
  for (const name of await store.list(MODELS)) libraryBytes += (await store.size(name)) ?? 0;
  const figures = await context.estimate();
  return { libraryBytes, usedBytes: figures?.usage ?? null, quotaBytes: figures?.quota ?? null };
}

/**
 * Whether the hub has another commit than the one installed. Takes nothing.
 * @throws TimbreError 'storage/not-found', and what the hub throws.
 */
export async function checkUpdate(
  repo: string,
  id: string,
  context: LibraryContext,
  { signal }: TaskOptions
): Promise<UpdateReport> {
  const manifest = await manifestOf(context.store, repo, id);
  const latest = await context.hub.resolve(repo, manifest.revision, signal);
  return { installed: manifest.commit, latest, differs: latest !== manifest.commit };
}
