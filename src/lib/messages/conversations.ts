import { ME, type Conversation, type LanguageChoice, type Live, type Reader } from '$lib/storage';
import { TimbreError, type Lang } from '$workers/contract';
import { nonEmpty, type Context, type People } from './people';
import { targetLanguages } from './policy';

export class Conversations {
  constructor(
    private readonly context: Context,
    private readonly people: People
  ) {}

  /** Last used first. */
  list(): Promise<Conversation[]> {
    return read(this.context.storage.store);
  }

  live(): Live<Conversation[]> {
    return this.context.storage.store.live(read);
  }

  /** Errors: `storage/not-found`. */
  async get(id: string): Promise<Conversation> {
    const conversation = await this.context.storage.store.get('conversations', id);
    if (!conversation) throw new TimbreError('storage/not-found', `no conversation ${id}`);
    return conversation;
  }

  /** `me` is always a member. Errors: `input/invalid` for an empty title. */
  async add(input: { title: string; personIds: readonly string[] }): Promise<Conversation> {
    const now = this.context.now();
    const memberIds = [...new Set([ME, ...input.personIds])];
    const conversation: Conversation = {
      id: this.context.newId(),
      title: nonEmpty(input.title),
      members: memberIds.map((personId) => ({ personId, active: true, languages: null })),
      memberIds,
      createdAt: now,
      updatedAt: now,
      deletedAt: null
    };
    await this.context.storage.store.write(['conversations'], (unit) =>
      unit.put('conversations', conversation)
    );
    return conversation;
  }

  async rename(id: string, title: string): Promise<void> {
    const checked = nonEmpty(title);
    await this.update(id, (conversation) => ({ ...conversation, title: checked }));
  }

  /** Adds a person, or makes them active again. */
  async addMember(id: string, personId: string): Promise<void> {
    await this.update(id, (conversation) => {
      const known = conversation.memberIds.includes(personId);
      const members = known
        ? conversation.members.map((member) =>
            member.personId === personId ? { ...member, active: true } : member
          )
        : [...conversation.members, { personId, active: true, languages: null }];
      return { ...conversation, members, memberIds: members.map((member) => member.personId) };
    });
  }

  /** The member stays, inactive: nothing is sent to them any more. */
  async removeMember(id: string, personId: string): Promise<void> {
    if (personId === ME) throw new TimbreError('input/invalid', 'the own person stays a member');
    await this.update(id, (conversation) => ({
      ...conversation,
      members: conversation.members.map((member) =>
        member.personId === personId ? { ...member, active: false } : member
      )
    }));
  }

  /** A member's languages in this conversation only; null: their own choice again. */
  async setMemberLanguages(id: string, personId: string, languages: LanguageChoice | null): Promise<void> {
    await this.update(id, (conversation) => ({
      ...conversation,
      members: conversation.members.map((member) =>
        member.personId === personId ? { ...member, languages } : member
      )
    }));
  }

  /** Where a message in `sourceLanguage` would go. */
  async targets(id: string, sourceLanguage: Lang, senderId: string = ME): Promise<Lang[]> {
    const [conversation, people] = await Promise.all([this.get(id), this.people.list()]);
    return targetLanguages(conversation, people, sourceLanguage, senderId);
  }

  /** With its messages; until the next purge it can be undone. @returns the undoing. */
  async remove(id: string): Promise<() => Promise<void>> {
    const deletedAt = this.context.now();
    await this.mark(id, null, deletedAt);
    return () => this.mark(id, deletedAt, null);
  }

  /** The conversation and those of its messages that stand at `from`; a message deleted earlier stays deleted. */
  private async mark(id: string, from: number | null, to: number | null): Promise<void> {
    await this.context.storage.store.write(['conversations', 'messages'], async (unit) => {
      const conversation = await unit.get('conversations', id);
      if (!conversation) throw new TimbreError('storage/not-found', `no conversation ${id}`);
      await unit.put('conversations', { ...conversation, deletedAt: to });
      for (const message of await unit.where('messages', 'conversationId', id)) {
        if (message.deletedAt === from) await unit.put('messages', { ...message, deletedAt: to });
      }
    });
  }

  private async update(id: string, change: (conversation: Conversation) => Conversation): Promise<void> {
    await this.context.storage.store.write(['conversations'], async (unit) => {
      const conversation = await unit.get('conversations', id);
      if (!conversation) throw new TimbreError('storage/not-found', `no conversation ${id}`);
      await unit.put('conversations', { ...change(conversation), updatedAt: this.context.now() });
    });
  }
}

async function read(reader: Reader): Promise<Conversation[]> {
  const kept = (await reader.all('conversations')).filter(({ deletedAt }) => deletedAt === null);
  return kept.sort((a, b) => b.updatedAt - a.updatedAt);
}
