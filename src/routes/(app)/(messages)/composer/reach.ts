import { distinctTargets, ME, targetLanguages, type Conversation, type Person } from '$lib/messages';
import type { Lang } from '$workers/contract';

/** What decides in which languages a message is heard. */
export interface Reach {
  /** Null: outside any conversation. */
  conversation: Conversation | null;
  people: readonly Person[];
  /** Languages of messages outside any conversation. */
  usual: readonly Lang[];
  /** Chosen for the next messages; null: as the people hear it. */
  byHand: readonly Lang[] | null;
}

/**
 * The languages that a message will be heard in, as the pipeline will have it.
 * @param language in which it is said; null: not known yet, taken for the sender's own.
 */
export function reachOf(
  { conversation, people, usual, byHand }: Reach,
  senderId: string = ME,
  language: Lang | null = null
): Lang[] {
  const source = language ?? people.find(({ id }) => id === senderId)?.languages.systemLanguage ?? 'en';
  if (byHand) return distinctTargets(byHand, source);
  if (conversation) return targetLanguages(conversation, people, source, senderId);
  return distinctTargets(usual, source);
}

/** What is ticked where these languages are chosen: the choice itself, also a language that the next message may be said in. */
export function chosenReach(reach: Reach): readonly Lang[] {
  if (reach.byHand) return reach.byHand;
  return reach.conversation ? reachOf(reach) : reach.usual;
}

/** For a line of text. */
export const codesOf = (languages: readonly Lang[]) =>
  languages.map((language) => language.toUpperCase()).join(' ');

/** Who else is in the conversation. */
export function othersIn(conversation: Conversation | null, people: readonly Person[]): Person[] {
  return people.filter(
    ({ id }) =>
      id !== ME && conversation?.members.some(({ active, personId }) => active && personId === id) === true
  );
}
