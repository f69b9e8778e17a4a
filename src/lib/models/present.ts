/** Of the library's store (workers/library/openStore.ts). */
const NAME = 'timbre-library';

/** Whether anything was ever kept by the library, asked without starting its worker. */
export async function hasLibrary(): Promise<boolean> {
  try {
    const root = await navigator.storage.getDirectory();
    await root.getDirectoryHandle(NAME);
    return true;
  } catch {
    // No such folder, or no such file system: then it may lie in Cache Storage.
  }
  try {
    return await caches.has(NAME);
  } catch {
    return false; // a private window that keeps nothing
  }
}
