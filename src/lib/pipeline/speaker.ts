import type { AudioMessage } from '$lib/storage';
import type { PipelineDeps } from './types';

/** Whose voice a message is in, for the note in its files; empty where nobody gave a name. */
export async function speakerName({ storage }: PipelineDeps, { senderId }: AudioMessage): Promise<string> {
  const profile = await storage.store.get('profiles', senderId);
  return profile?.name || ((await storage.store.get('people', senderId))?.name ?? '');
}
