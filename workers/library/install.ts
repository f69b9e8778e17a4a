import { TimbreError } from '../contract';
import { throwIfStopped } from './stopping';
import type { LibraryContext, TaskOptions } from './context';
import { downloadFile, isComplete } from './download';
import type { HubFile } from './hub';
import { choose, expectNames, storedName } from './paths';
import { manifests, readManifest, readPlan, removePlan, writeManifest, writePlan } from './records';
import { expectRoom } from './room';
import { sweep } from './sweep';
import { Tally } from './tally';
import type { Manifest, Plan, StoredFile, WantedFile, WantedModel } from './types';

export interface InstallOptions extends TaskOptions {
  /** Takes the newest commit also where another one is installed. Without it an update is never taken. */
  update?: boolean;
}

/**
 * Has a model on the device: resolves it, lists it, fetches what is missing, several files at once, and writes
 * its manifest last. Called again after anything that stopped it, it goes on where it was, and does nothing
 * for what is installed already.
 * @throws TimbreError as `downloadFile` does; 'storage/full' also before the first byte; 'input/invalid'.
 */
export async function install(
  wanted: WantedModel,
  context: LibraryContext,
  options: InstallOptions
): Promise<Manifest> {
  expectNames(wanted);
  const { store } = context;
  const installed = await readManifest(store, wanted.repo, wanted.id);
  const plan = await planFor(wanted, installed, context, options);
  if ('installedAt' in plan) return plan;
  try {
    await fetchAll(plan, context, options);
  } catch (error) {
    // The hub has forgotten this commit: the next try asks anew instead of failing for ever.
    if (error instanceof TimbreError && error.code === 'model/missing') await removePlan(store, plan);
    throw error;
  }
  const { startedAt: _, ...kept } = plan;
  const manifest: Manifest = { ...kept, origin: 'hub', installedAt: context.clock.now() };
  await writeManifest(store, manifest);
  await removePlan(store, plan);
  await sweep(store, plan.repo);
  return manifest;
}

/** What is to be done, kept in the store; the manifest when all of it is done. */
async function planFor(
  wanted: WantedModel,
  installed: Manifest | undefined,
  context: LibraryContext,
  { signal, onProgress, update = false }: InstallOptions
): Promise<Plan | Manifest> {
  const { store, hub } = context;
  const asked = wanted.files.map(plain);
  const same = (other: Plan | Manifest) =>
    other.revision === wanted.revision && JSON.stringify(other.wanted) === JSON.stringify(asked);
  if (installed && !update && same(installed)) return installed;
  const begun = await readPlan(store, wanted.repo, wanted.id);
  if (begun && same(begun)) return begun;

  onProgress?.({ step: 'list', doneBytes: 0, totalBytes: 0, doneFiles: 0, totalFiles: 0 });
  const neighbours = await manifests(store, wanted.repo);
  // Another set of the same repository: its commit, so that the files of both belong together.
  const held = update
    ? undefined
    : neighbours.find(({ revision, origin }) => revision === wanted.revision && origin !== 'unchecked');
  const commit = held?.commit ?? (await hub.resolve(wanted.repo, wanted.revision, signal));
  if (installed && installed.commit === commit && same(installed)) return installed;
  const listing = await hub.files(wanted.repo, commit, signal);
  const plan: Plan = {
    id: wanted.id,
    repo: wanted.repo,
    revision: wanted.revision,
    commit,
    files: choose(asked, listing, `${wanted.repo} at ${commit}`).map(({ file, saveAs }) => ({
      ...file,
      saveAs,
      commit: heldUnder(file, neighbours) ?? commit
    })),
    wanted: asked,
    dtype: wanted.dtype ?? null,
    startedAt: context.clock.now()
  };
  await writePlan(store, plan);
  return plan;
}

/** The commit under whose folder the very same bytes lie already. */
function heldUnder(file: HubFile, neighbours: readonly Manifest[]): string | undefined {
  const same = (other: StoredFile) =>
    other.path === file.path && other.hash.kind === file.hash.kind && other.hash.hex === file.hash.hex;
  for (const { files } of neighbours) {
    const held = files.find(same);
    if (held) return held.commit;
  }
  return undefined;
}

async function fetchAll(plan: Plan, context: LibraryContext, options: InstallOptions): Promise<void> {
  const { store } = context;
  const tally = new Tally('fetch', plan.files, options.onProgress);
  const waiting: StoredFile[] = [];
  for (const file of plan.files) {
    const name = storedName(plan.repo, file);
    tally.set(file.path, Math.min(file.size, (await store.size(name)) ?? 0));
    if (!(await isComplete(store, name, file.size))) waiting.push(file);
  }
  await expectRoom(tally.missingBytes, context);

  // The first failure stops the others, which keep what they have.
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  if (options.signal.aborted) stop();
  options.signal.addEventListener('abort', stop);
  let failure: unknown;
  const fetchNext = async (): Promise<void> => {
    for (let file = waiting.shift(); file && !stopping.signal.aborted; file = waiting.shift()) {
      const { path, commit, size, hash } = file;
      const url = context.hub.fileUrl(plan.repo, commit, path);
      const job = { url, name: storedName(plan.repo, file), size, hash };
      await downloadFile(job, context, {
        signal: stopping.signal,
        onBytes: (have) => tally.set(path, have)
      });
    }
  };
  const lanes = Array.from({ length: context.parallel }, () =>
    fetchNext().catch((error: unknown) => {
      failure ??= error;
      stop();
    })
  );
  await Promise.all(lanes);
  options.signal.removeEventListener('abort', stop);
  if (failure) throw failure;
  throwIfStopped(options.signal);
}

/** Without what the catalogue knows besides. */
function plain({ path, saveAs, optional }: WantedFile): WantedFile {
  return { path, ...(saveAs ? { saveAs } : {}), ...(optional ? { optional } : {}) };
}
