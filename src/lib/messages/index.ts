/** People, conversations, messages: what they are, who hears what in which language, and finding them again. */
import type { Context } from './people';
import { Conversations } from './conversations';
import { Messages } from './messages';
import { People } from './people';

export interface MessageStore {
  people: People;
  conversations: Conversations;
  messages: Messages;
}

export function createMessageStore(context: Context): MessageStore {
  const people = new People(context);
  return { people, conversations: new Conversations(context, people), messages: new Messages(context) };
}

export type { Context } from './people';
export type { Conversations } from './conversations';
export type { MessageFilter, Messages, MessageView } from './messages';
export { readPeople, speaks, type People, type PersonInput } from './people';
export { destinationOf, distinctTargets, targetLanguages } from './policy';
export {
  asLanguage,
  directionOf,
  languageName,
  languagesByName,
  ownLanguageName,
  preferredLanguage
} from './languages';
export { ME } from '$lib/storage';
export type * from './types';
