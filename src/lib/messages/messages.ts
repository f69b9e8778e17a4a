import {
  activeJobs,
  type AudioMessage,
  type JobRecord,
  type Live,
  type Reader,
  type StoredError,
  type TranslatedAudioVersion,
  type Unit
} from '$lib/storage';
import { TimbreError } from '$workers/contract';
import type { Context } from './people';
import { recentViews, type RecentViews } from './recentViews';
import { search } from './search';

/** A page draws so many at once, and so many more each time that somebody goes further back. */
const RECENT = 20;

/** A message with all that a page draws of it. */
export interface MessageView {
  message: AudioMessage;
  /** In the order in which they were asked for. */
  versions: TranslatedAudioVersion[];
  /** How far it has come; null for a message that never had a job (the sample). */
  job: JobRecord | null;
}

/** `null` for `conversationId`: messages outside any conversation; undefined: all. */
export interface MessageFilter {
  conversationId?: string | null;
}

export class Messages {
  constructor(private readonly context: Context) {}

  /** Newest first. */
  list(filter: MessageFilter = {}): Promise<AudioMessage[]> {
    return readList(this.context.storage.store, filter);
  }

  live(filter: MessageFilter = {}): Live<AudioMessage[]> {
    return this.context.storage.store.live((reader) => readList(reader, filter));
  }

  /** The newest of a conversation (null: of those outside any), newest first, each with its versions and job. */
  recentViews(conversationId: string | null): RecentViews {
    const ids = this.context.storage.store.live((reader) => idsOf(reader, conversationId));
    return recentViews(ids, (id) => this.liveView(id), RECENT);
  }

  /** Those with work left. */
  liveWorking(): Live<MessageView[]> {
    return this.context.storage.store.live(async (reader) => {
      const views = (await activeJobs(reader)).map(({ id }) => viewBy(reader, id));
      return (await Promise.all(views)).filter((view) => view !== null);
    });
  }

  /** Null when there is none, or it is deleted. */
  liveView(id: string): Live<MessageView | null> {
    return this.context.storage.store.live((reader) => viewBy(reader, id));
  }

  /** Errors: `storage/not-found`. */
  async get(id: string): Promise<MessageView> {
    const message = await this.context.storage.store.get('messages', id);
    if (!message) throw new TimbreError('storage/not-found', `no message ${id}`);
    return viewOf(this.context.storage.store, message);
  }

  /** The sound of a message or of one of its versions. Errors: `storage/not-found`. */
  audio(audioId: string): Promise<Blob> {
    return this.context.storage.audio.get(audioId);
  }

  /** Puts a message under another conversation, or under none. Its languages stay as they are. */
  async move(id: string, conversationId: string | null): Promise<void> {
    await this.update(id, (message) => ({ ...message, conversationId }));
  }

  /**
   * Messages that have every word of the query (or a word that begins so) in their transcript, a
   * translation, the sender's or a member's name or the conversation's title. Newest first.
   */
  search(query: string): Promise<AudioMessage[]> {
    return search(this.context.storage.store, query);
  }

  liveSearch(query: string): Live<AudioMessage[]> {
    return this.context.storage.store.live((reader) => search(reader, query));
  }

  /** Hidden at once, gone with the next purge. A job for it stops. @returns the undoing. */
  async remove(id: string): Promise<() => Promise<void>> {
    await this.update(id, (message) => ({ ...message, deletedAt: this.context.now() }));
    return () => this.update(id, (message) => ({ ...message, deletedAt: null }));
  }

  /** At once and for good, with its sound, versions and job. No error when there is none. */
  async forget(id: string): Promise<void> {
    const { store } = this.context.storage;
    await store.write(['messages', 'versions', 'audio', 'jobs'], (unit) => erase(unit, id));
    if (store.overlay.size > 0) await this.context.storage.save();
  }

  /**
   * Deletes for good what was deleted longer ago than can be undone, with its sound, versions and jobs.
   * Room that this makes is used for what only memory holds.
   * @returns how many messages went.
   */
  async purge(): Promise<number> {
    const { store, settings } = this.context.storage;
    const before = this.context.now() - (await settings.get()).undoMs;
    const due = (row: { deletedAt: number | null }) => row.deletedAt !== null && row.deletedAt <= before;
    const messages = (await store.all('messages')).filter(due);
    for (const { id } of messages)
      await store.write(['messages', 'versions', 'audio', 'jobs'], (unit) => erase(unit, id));
    // Whoever said something that is still here keeps their name.
    const senders = new Set((await store.all('messages')).map(({ senderId }) => senderId));
    for (const table of ['conversations', 'people'] as const) {
      for (const { id } of (await store.all(table)).filter(due))
        if (!senders.has(id)) await store.write([table], (unit) => unit.remove(table, id));
    }
    await this.removeOrphans();
    if (messages.length > 0) {
      await this.context.storage.save();
      await this.context.storage.refresh();
    }
    return messages.length;
  }

  /**
   * Languages whose sound was only in the memory of a tab that is gone, and those that it was still making
   * for a message that is otherwise done: they failed, or are stale where an older sound is there, and can be
   * asked for again.
   * @returns how many.
   */
  repair(): Promise<number> {
    return this.context.storage.store.write(['messages', 'versions', 'jobs', 'audio'], async (unit) => {
      const sounds = new Set(await unit.ids('audio'));
      // Whoever works on a message makes what is missing.
      const active = (await unit.all('jobs')).filter(
        ({ state }) => state === 'waiting' || state === 'running'
      );
      const worked = new Set(active.map(({ id }) => id));
      const lost = (await unit.all('versions')).filter(
        ({ messageId, status, audio }) =>
          !worked.has(messageId) && (status === 'pending' || (audio !== null && !sounds.has(audio.audioId)))
      );
      const updatedAt = this.context.now();
      for (const version of lost) {
        const older = version.audio && sounds.has(version.audio.audioId);
        await unit.put(
          'versions',
          older
            ? { ...version, status: 'stale', error: null, updatedAt }
            : { ...version, status: 'failed', audio: null, error: LOST, updatedAt }
        );
      }
      for (const id of new Set(lost.map(({ messageId }) => messageId))) {
        const message = await unit.get('messages', id);
        if (message?.status !== 'ready' && message?.status !== 'incomplete') continue;
        const versions = await unit.where('versions', 'messageId', id);
        if (!versions.some(({ status }) => status === 'failed')) continue;
        const status = versions.some(({ audio }) => audio) ? 'incomplete' : 'failed';
        await unit.put('messages', { ...message, status, updatedAt });
      }
      return lost.length;
    });
  }

  /** Sound and versions that a crash left without their message. Young sound may still be on its way to one. */
  private async removeOrphans(): Promise<void> {
    const { store, db } = this.context.storage;
    const messageIds = new Set(await store.ids('messages'));
    const versions = await store.all('versions');
    const used = new Set(versions.flatMap(({ audio }) => (audio ? [audio.audioId] : [])));
    for (const { original } of await store.all('messages')) if (original) used.add(original.audioId);
    for (const { audioId } of await store.all('samples')) used.add(audioId);
    for (const { consent } of await store.all('profiles')) if (consent) used.add(consent.audioId);
    const old = await db.audio
      .where('createdAt')
      .below(this.context.now() - ORPHAN_AGE_MS)
      .primaryKeys();
    for (const id of old) if (!used.has(id)) await this.context.storage.audio.remove(id);
    for (const { id, messageId } of versions) {
      if (!messageIds.has(messageId)) await store.write(['versions'], (unit) => unit.remove('versions', id));
    }
  }

  private async update(id: string, change: (message: AudioMessage) => AudioMessage): Promise<void> {
    await this.context.storage.store.write(['messages'], async (unit) => {
      const message = await unit.get('messages', id);
      if (!message) throw new TimbreError('storage/not-found', `no message ${id}`);
      await unit.put('messages', { ...change(message), updatedAt: this.context.now() });
    });
  }
}

const ORPHAN_AGE_MS = 24 * 60 * 60 * 1000;
const LOST: StoredError = {
  code: 'storage/not-found',
  message: 'the sound was only in a tab that is closed'
};

/** Newest first, without reading the rows. */
async function idsOf(reader: Reader, conversationId: string | null): Promise<string[]> {
  const [inOrder, placed] = await Promise.all([
    reader.idsBy('messages', 'createdAt'),
    conversationId === null
      ? reader.idsBy('messages', 'conversationId')
      : reader.idsWhere('messages', 'conversationId', conversationId)
  ]);
  const among = new Set(placed);
  return inOrder.filter((id) => among.has(id) === (conversationId !== null)).reverse();
}

async function readList(reader: Reader, { conversationId }: MessageFilter): Promise<AudioMessage[]> {
  const rows =
    typeof conversationId === 'string'
      ? await reader.where('messages', 'conversationId', conversationId)
      : await reader.all('messages');
  return rows
    .filter((row) => row.deletedAt === null && (conversationId !== null || row.conversationId === null))
    .sort((a, b) => b.createdAt - a.createdAt);
}

async function viewBy(reader: Reader, id: string): Promise<MessageView | null> {
  const message = await reader.get('messages', id);
  return message && message.deletedAt === null ? viewOf(reader, message) : null;
}

async function viewOf(reader: Reader, message: AudioMessage): Promise<MessageView> {
  const [versions, job] = await Promise.all([
    reader.where('versions', 'messageId', message.id),
    reader.get('jobs', message.id)
  ]);
  versions.sort((a, b) => a.order - b.order);
  return { message, versions, job: job ?? null };
}

async function erase(unit: Unit, id: string): Promise<void> {
  const message = await unit.get('messages', id);
  const versions = await unit.where('versions', 'messageId', id);
  const audioIds = versions.flatMap(({ audio }) => (audio ? [audio.audioId] : []));
  if (message?.original) audioIds.push(message.original.audioId);
  for (const audioId of audioIds) await unit.remove('audio', audioId);
  for (const version of versions) await unit.remove('versions', version.id);
  await unit.remove('jobs', id);
  await unit.remove('messages', id);
}
