import { wordsOf, type AudioMessage, type Reader } from '$lib/storage';

/** Every word of the query must be found somewhere; see `Messages.search`. */
export async function search(reader: Reader, query: string): Promise<AudioMessage[]> {
  const words = wordsOf(query);
  if (words.length === 0) return [];
  const names = await namesOf(reader);

  let found: Set<string> | undefined;
  for (const word of words) {
    const having = await messagesWith(reader, word, names);
    found = found ? new Set([...found].filter((id) => having.has(id))) : having;
    if (found.size === 0) return [];
  }
  const messages = await Promise.all([...(found ?? [])].map((id) => reader.get('messages', id)));
  return messages
    .filter((message): message is AudioMessage => message !== undefined && message.deletedAt === null)
    .sort((a, b) => b.createdAt - a.createdAt);
}

interface Names {
  /** Folded words of each person's name, by the person's id. */
  people: Map<string, string[]>;
  conversations: { id: string; memberIds: string[]; title: string[] }[];
}

async function namesOf(reader: Reader): Promise<Names> {
  const [people, conversations] = await Promise.all([reader.all('people'), reader.all('conversations')]);
  return {
    people: new Map(people.map(({ id, name }) => [id, wordsOf(name)])),
    conversations: conversations.map(({ id, memberIds, title }) => ({ id, memberIds, title: wordsOf(title) }))
  };
}

async function messagesWith(reader: Reader, word: string, names: Names): Promise<Set<string>> {
  const begins = (candidates: string[] | undefined) =>
    candidates?.some((candidate) => candidate.startsWith(word)) ?? false;
  const ids = new Set<string>();
  for (const { id } of await reader.beginning('messages', 'words', word)) ids.add(id);
  for (const { messageId } of await reader.beginning('versions', 'words', word)) ids.add(messageId);

  const persons = [...names.people.keys()].filter((id) => begins(names.people.get(id)));
  for (const person of persons)
    for (const { id } of await reader.where('messages', 'senderId', person)) ids.add(id);
  for (const conversation of names.conversations) {
    if (!begins(conversation.title) && !conversation.memberIds.some((id) => persons.includes(id))) continue;
    for (const { id } of await reader.where('messages', 'conversationId', conversation.id)) ids.add(id);
  }
  return ids;
}
