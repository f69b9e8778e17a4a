import { TimbreError } from '../contract';
import type { LibraryContext } from './context';

/** @throws TimbreError 'storage/full' when the browser has less room than is needed, before anything is fetched. */
export async function expectRoom(neededBytes: number, context: LibraryContext): Promise<void> {
  const figures = await context.estimate();
  if (figures?.quota === undefined || figures.usage === undefined) return;
  const free = figures.quota - figures.usage;
  if (neededBytes > free)
    throw new TimbreError('storage/full', `${neededBytes} bytes are needed, ${free} are free`);
}
