/**
 * The address of the messages outside any conversation: everybody has this place from the start, so that a
 * newcomer needs no people and no set-up. Its languages are the setting `targetLanguages`.
 */
export const NOTES = 'notes';

/** What messages of the place at this address have as their conversation. */
export function conversationIdOf(place: string): string | null {
  return place === NOTES ? null : place;
}
