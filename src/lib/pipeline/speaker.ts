import type { AudioMessage, Reader } from '$lib/storage';

/** Whose voice a message is in, for the note in its files; empty where nobody gave a name. */
export async function speakerName(reader: Reader, { senderId }: AudioMessage): Promise<string> {
  const [profile, person] = await Promise.all([
    reader.get('profiles', senderId),
    reader.get('people', senderId)
  ]);
  return profile?.name || (person?.name ?? '');
}
