import { distinctTargets, readPeople, targetLanguages } from '$lib/messages';
import type { AudioMessage, Reader } from '$lib/storage';
import type { Lang } from '$workers/contract';

/**
 * The languages that a message goes to. A typed message is spoken in its own language, too: its speech is
 * a version like the others.
 * @param usual the setting for messages outside any conversation.
 */
export async function targetsOf(
  reader: Reader,
  message: AudioMessage,
  sourceLanguage: Lang,
  usual: readonly Lang[]
): Promise<Lang[]> {
  const targets = await chosen(reader, message, sourceLanguage, usual);
  const extra = (message.targets.extra ?? []).filter((language) => language !== sourceLanguage);
  const own = message.original ? [] : [sourceLanguage];
  return [...new Set([...own, ...targets, ...extra])];
}

async function chosen(
  reader: Reader,
  message: AudioMessage,
  sourceLanguage: Lang,
  usual: readonly Lang[]
): Promise<Lang[]> {
  if (message.targets.by === 'hand') return distinctTargets(message.targets.languages, sourceLanguage);
  const conversation = message.conversationId
    ? await reader.get('conversations', message.conversationId)
    : undefined;
  if (!conversation) return distinctTargets(usual, sourceLanguage);
  return targetLanguages(conversation, await readPeople(reader), sourceLanguage, message.senderId);
}
