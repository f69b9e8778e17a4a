import type { StoredError, Unit } from '$lib/storage';
import { advance, isActive, stopped } from './machine';

const CANCELLED: StoredError = { code: 'job/cancelled', message: 'stopped by a person' };

/** Ends the message's job, if it has one that isn't over: what is finished stays, the rest can be asked for again. */
export async function cancelIn(unit: Unit, messageId: string, at: number): Promise<void> {
  const job = await unit.get('jobs', messageId);
  if (!job || !isActive(job)) return;
  await unit.put('jobs', { ...advance(job, { type: 'cancelled' }), updatedAt: at });
  for (const version of await unit.where('versions', 'messageId', messageId)) {
    await unit.put('versions', stopped(version, CANCELLED));
  }
  const message = await unit.get('messages', messageId);
  if (message) await unit.put('messages', { ...message, status: 'cancelled', updatedAt: at });
}
