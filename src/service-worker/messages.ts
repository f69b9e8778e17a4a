import type { FromWorker } from '$lib/offline/protocol';
import { worker } from './scope';

/** Tells every open page. */
export async function broadcast(message: FromWorker): Promise<void> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  for (const page of pages) page.postMessage(message);
}
