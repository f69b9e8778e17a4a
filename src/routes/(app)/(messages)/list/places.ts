import { NOTES } from '$lib/app';
import type { AudioMessage, Conversation } from '$lib/messages';

/** A line of the list: a conversation, or the messages outside any. */
export interface Place {
  /** As in the address. */
  id: string;
  /** Null: the messages outside any conversation. */
  conversation: Conversation | null;
  latest: AudioMessage | null;
  /** When it was last used. */
  at: number;
}

/** Last used first. @param messages newest first. */
export function placesOf(conversations: readonly Conversation[], messages: readonly AudioMessage[]): Place[] {
  const latest = new Map<string | null, AudioMessage>();
  for (const message of messages)
    if (!latest.has(message.conversationId)) latest.set(message.conversationId, message);
  const places: Place[] = conversations.map((conversation) => {
    const message = latest.get(conversation.id) ?? null;
    const at = message?.createdAt ?? conversation.createdAt;
    return { id: conversation.id, conversation, latest: message, at };
  });
  const note = latest.get(null) ?? null;
  // Everybody's own place stands at the end until something is in it.
  places.push({ id: NOTES, conversation: null, latest: note, at: note?.createdAt ?? 0 });
  return places.sort((a, b) => b.at - a.at);
}
