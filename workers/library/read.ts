import { TimbreError } from '../contract';
import { openStore } from './openStore';
import { storedName } from './paths';
import { manifests } from './records';
import type { FileStore } from './store';

let shared: Promise<FileStore> | undefined;

/**
 * A file of an installed model, in one buffer.
 * @param path `owner/name/…`, where the rest is what engines call the file (`StoredFile.saveAs`).
 * @throws TimbreError 'model/missing' when no installed model has it, 'storage/failed'.
 */
export async function readStored(
  path: string,
  onBytes?: (loaded: number, total: number) => void,
  store?: FileStore
): Promise<Uint8Array<ArrayBuffer>> {
  const [owner = '', name = '', ...rest] = path.split('/');
  const repo = `${owner}/${name}`;
  const wanted = rest.join('/');
  const from = store ?? (await (shared ??= openStore()));
  for (const manifest of await manifests(from, repo)) {
    const file = manifest.files.find(({ saveAs }) => saveAs === wanted);
    if (!file) continue;
    const bytes = await from.read(storedName(repo, file), (loaded) => onBytes?.(loaded, file.size));
    // The browser may have cleared its files behind our back, or a crash cut one off.
    if (bytes?.length === file.size) return bytes;
  }
  throw new TimbreError('model/missing', `the library has no ${path}`);
}
