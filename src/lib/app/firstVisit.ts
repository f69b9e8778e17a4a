/** The name under which `$lib/storage` keeps everything; its code is not loaded to ask whether it is there. */
const DATABASE = 'timbre';

/**
 * Whether nothing was ever stored here, so that the first page can be drawn without opening storage.
 * A browser that doesn't say is taken for one that has something.
 */
export async function isFirstVisit(): Promise<boolean> {
  if (typeof indexedDB === 'undefined' || typeof indexedDB.databases !== 'function') return false;
  try {
    return !(await indexedDB.databases()).some(({ name }) => name === DATABASE);
  } catch {
    // Private windows of some browsers refuse; opening storage will say why.
    return false;
  }
}
