import { openApp } from '$lib/app';

/**
 * Resolves when it is known what the host was allowed before: the talk has read the same row by then. Until then
 * nothing is asked, so that no question comes and goes. Where nothing can be stored, there is nothing to know.
 */
export async function whenKnown(host: string): Promise<void> {
  try {
    await (await openApp()).storage.store.get('hosts', host);
  } catch (error) {
    console.warn('It is not known what this host was allowed before.', error);
  }
}
