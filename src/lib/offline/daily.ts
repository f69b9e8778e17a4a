/**
 * Once a day, where the browser has periodic background sync: it wakes the service worker, which can run no model of its
 * own and tells the open pages. Where none is open, the next visit sees to what is due.
 */
import { DAILY_TAG } from './protocol';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The parts of the browser that are used; both are missing in most. */
export interface SyncRegistration {
  periodicSync?: { register(tag: string, options: { minInterval: number }): Promise<void> };
}
interface PermissionsLike {
  query(descriptor: { name: PermissionName }): Promise<{ state: PermissionState }>;
}

/** Asks the browser to be woken once a day. @returns whether it will. */
export async function askForDaily(
  { periodicSync }: SyncRegistration,
  permissions: PermissionsLike | undefined
): Promise<boolean> {
  if (!periodicSync || !permissions) return false;
  try {
    const { state } = await permissions.query({ name: 'periodic-background-sync' as PermissionName });
    if (state !== 'granted') return false;
    await periodicSync.register(DAILY_TAG, { minInterval: DAY_MS });
    return true;
  } catch (refused) {
    // Browsers without the permission's name throw a TypeError, private windows others: there is no sync, then.
    if (refused instanceof TypeError || refused instanceof DOMException) return false;
    throw refused;
  }
}
