import { ME, type Conversation, type LanguageChoice, type Person } from '$lib/storage';
import type { Lang } from '$workers/contract';

/**
 * The language that one recipient hears, or null for none: the custom destination if it is used, else the
 * system's language if wanted, else the regional one if wanted. A choice that is switched on without a
 * language is as if it were off.
 */
export function destinationOf(choice: LanguageChoice): Lang | null {
  if (choice.useCustomDestination && choice.customDestinationLanguage)
    return choice.customDestinationLanguage;
  if (choice.translateToSystemLanguage) return choice.systemLanguage;
  if (choice.translateToRegionalLanguage) return choice.regionalLanguage;
  return null;
}

/** Each once, without the source language; if none is left, the source language. */
export function distinctTargets(languages: readonly Lang[], sourceLanguage: Lang): Lang[] {
  const targets = [...new Set(languages)].filter((language) => language !== sourceLanguage);
  return targets.length > 0 ? targets : [sourceLanguage];
}

/**
 * The languages that a message goes to: one for each active member but the sender.
 * @param people those the members are; a member without a person (deleted) has no language.
 */
export function targetLanguages(
  conversation: Pick<Conversation, 'members'>,
  people: readonly Pick<Person, 'id' | 'languages' | 'deletedAt'>[],
  sourceLanguage: Lang,
  senderId: string = ME
): Lang[] {
  const byId = new Map(people.map((person) => [person.id, person]));
  const languages: Lang[] = [];
  for (const member of conversation.members) {
    if (!member.active || member.personId === senderId) continue;
    const person = byId.get(member.personId);
    if (!person || person.deletedAt !== null) continue;
    const language = destinationOf(member.languages ?? person.languages);
    if (language) languages.push(language);
  }
  return distinctTargets(languages, sourceLanguage);
}
