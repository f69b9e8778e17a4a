import { MODELS, partialName, storedName } from './paths';
import { manifests, plans } from './records';
import type { FileStore } from './store';

/** Deletes the files of a repository that no installed model and no plan needs. */
export async function sweep(store: FileStore, repo: string): Promise<void> {
  const needed = new Set<string>();
  for (const { files } of [...(await manifests(store, repo)), ...(await plans(store, repo))])
    for (const file of files) needed.add(storedName(repo, file)).add(partialName(storedName(repo, file)));
  for (const name of await store.list(`${MODELS}${repo}/`)) if (!needed.has(name)) await store.remove(name);
}
