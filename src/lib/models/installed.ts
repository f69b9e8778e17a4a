import type { InstalledModel } from '$lib/engines';
import type { LibraryEntry } from '$workers/library';
import type { ModelLibrary } from './types';
import { hasLibrary } from './present';

/** All tabs, and both sides of this one, hear here that what is installed has changed. */
const CHANNEL = 'timbre-models';

/** Those that are whole, as engines choose among them. */
export function installedOf(entries: readonly LibraryEntry[]): InstalledModel[] {
  return entries
    .filter(({ state }) => state === 'installed')
    .map(({ id, repo, dtype }) => ({ id, repo, dtype }));
}

/** Tells everybody who asks `installedModels` to look again. */
export function tellInstalledChanged(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage('changed');
  channel.close();
}

/** Keeps the answer until something changes: it is asked before each piece of work. */
export function createInstalledModels(library: Pick<ModelLibrary, 'list'>): () => Promise<InstalledModel[]> {
  let known: Promise<InstalledModel[]> | undefined;
  // Held for as long as the page lives.
  new BroadcastChannel(CHANNEL).addEventListener('message', () => (known = undefined));

  async function ask(): Promise<InstalledModel[]> {
    if (!(await hasLibrary())) return [];
    return installedOf(await library.list());
  }
  return () => {
    known ??= ask().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}
