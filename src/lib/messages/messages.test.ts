import { get } from 'svelte/store';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AudioMessage, JobRecord, TranslatedAudioVersion, VoiceSample } from '$lib/storage';
import { openTestStorage, type TestStorage } from '$lib/storage/index.testing';
import type { Lang } from '$workers/contract';
import { createMessageStore, ME, speaks, type MessageStore, type MessageView } from './index';
import { typedMessage } from './messages.testing';

let storage: TestStorage;
let store: MessageStore;
let now: number;

beforeEach(async () => {
  storage = await openTestStorage();
  now = 1000;
  let ids = 0;
  store = createMessageStore({ storage, now: () => now, newId: () => `id${++ids}` });
});

const message = (id: string, text: string, change: Partial<AudioMessage> = {}) =>
  typedMessage(id, text, now, change);

function version(messageId: string, language: Lang, text: string, order = 0): TranslatedAudioVersion {
  return {
    id: `${messageId}:${language}`,
    messageId,
    language,
    order,
    status: 'ready',
    revision: 1,
    sourceLanguage: 'en',
    text,
    textRevision: 1,
    units: [],
    edited: false,
    keptEdits: [],
    via: [],
    translationModel: '',
    audio: null,
    error: null,
    createdAt: now,
    updatedAt: now,
    words: []
  };
}

const put = (...rows: AudioMessage[]) =>
  storage.store.write(['messages'], async (unit) => {
    for (const row of rows) await unit.put('messages', row);
  });
const putVersion = (row: TranslatedAudioVersion) =>
  storage.store.write(['versions'], (unit) => unit.put('versions', row));

describe('people', () => {
  it('begin with me, who can be changed and not removed', async () => {
    expect((await store.people.list()).map(({ id }) => id)).toEqual([ME]);
    await store.people.change(ME, { languages: speaks('it') });
    expect((await store.people.get(ME)).languages.systemLanguage).toBe('it');
    await expect(store.people.remove(ME)).rejects.toMatchObject({ code: 'input/invalid' });
  });

  it('are added, renamed, removed and brought back', async () => {
    const odile = await store.people.add({ name: ' Odile ', languages: speaks('fr') });
    expect(odile.name).toBe('Odile');
    await store.people.change(odile.id, { name: 'Grand-mère Odile' });
    const undo = await store.people.remove(odile.id);
    expect((await store.people.list()).map(({ id }) => id)).toEqual([ME]);
    await undo();
    expect((await store.people.list()).map(({ name }) => name)).toEqual(['', 'Grand-mère Odile']);
    await expect(store.people.add({ name: ' ', languages: speaks('fr') })).rejects.toMatchObject({
      code: 'input/invalid'
    });
    await expect(store.people.get('nobody')).rejects.toMatchObject({ code: 'storage/not-found' });
  });
});

describe('conversations', () => {
  it('know where a message goes', async () => {
    const odile = await store.people.add({ name: 'Odile', languages: speaks('fr') });
    const anja = await store.people.add({ name: 'Anja', languages: speaks('de') });
    const trip = await store.conversations.add({ title: 'Porto', personIds: [odile.id, anja.id, odile.id] });
    expect(trip.memberIds).toEqual([ME, odile.id, anja.id]);
    expect(await store.conversations.targets(trip.id, 'en')).toEqual(['fr', 'de']);
    await store.conversations.removeMember(trip.id, odile.id);
    await store.conversations.setMemberLanguages(trip.id, anja.id, speaks('pl'));
    expect(await store.conversations.targets(trip.id, 'en')).toEqual(['pl']);
    await store.conversations.addMember(trip.id, odile.id);
    await store.conversations.setMemberLanguages(trip.id, anja.id, null);
    expect(await store.conversations.targets(trip.id, 'en')).toEqual(['fr', 'de']);
    await store.conversations.rename(trip.id, 'Porto in May');
    expect((await store.conversations.get(trip.id)).title).toBe('Porto in May');
    await expect(store.conversations.removeMember(trip.id, ME)).rejects.toMatchObject({
      code: 'input/invalid'
    });
  });

  it('go with their messages, and come back with those that went with them', async () => {
    const trip = await store.conversations.add({ title: 'Porto', personIds: [] });
    await put(
      message('a', 'one', { conversationId: trip.id }),
      message('b', 'two', { conversationId: trip.id })
    );
    await store.messages.remove('a');
    now = 2000;
    const undo = await store.conversations.remove(trip.id);
    expect(await store.conversations.list()).toEqual([]);
    expect(await store.messages.list()).toEqual([]);
    await undo();
    expect((await store.messages.list()).map(({ id }) => id)).toEqual(['b']);
  });
});

describe('messages', () => {
  it('are listed by conversation, newest first, live', async () => {
    await put(
      message('a', 'x'),
      message('b', 'y', { conversationId: 'c', createdAt: 2000 }),
      message('d', 'z', { createdAt: 3000 })
    );
    expect((await store.messages.list()).map(({ id }) => id)).toEqual(['d', 'b', 'a']);
    expect((await store.messages.list({ conversationId: null })).map(({ id }) => id)).toEqual(['d', 'a']);
    let views: MessageView[] | undefined;
    const stop = store.messages.recentViews('c').subscribe((now) => (views = now));
    await putVersion(version('b', 'de', 'spät', 1));
    await putVersion(version('b', 'fr', 'tard', 0));
    await vi.waitFor(() =>
      expect(views?.[0]?.versions.map(({ language }) => language)).toEqual(['fr', 'de'])
    );
    await store.messages.move('a', 'c');
    await vi.waitFor(() => expect(views?.map(({ message: row }) => row.id)).toEqual(['b', 'a']));
    stop();
  });

  it('are followed one by one: what stays the same stays the same object', async () => {
    await put(
      message('a', 'x'),
      message('b', 'y', { createdAt: 2000 }),
      message('c', 'z', { conversationId: 'c' })
    );
    let views: MessageView[] | undefined;
    const stop = store.messages.recentViews(null).subscribe((now) => (views = now));
    await vi.waitFor(() => expect(views?.map(({ message: row }) => row.id)).toEqual(['b', 'a']));
    const before = views;
    await putVersion(version('a', 'de', 'spät'));
    await vi.waitFor(() => expect(views?.[1]?.versions).toHaveLength(1));
    expect(views?.[0]).toBe(before?.[0]);
    const undo = await store.messages.remove('b');
    await vi.waitFor(() => expect(views?.map(({ message: row }) => row.id)).toEqual(['a']));
    await undo();
    await vi.waitFor(() => expect(views?.map(({ message: row }) => row.id)).toEqual(['b', 'a']));
    stop();
  });

  it('are shown from the newest on, and older ones when they are asked for', async () => {
    const all = Array.from({ length: 50 }, (_, i) => `m${i}`);
    await put(...all.map((id, i) => message(id, 'x', { createdAt: 1000 + i })));
    const recent = store.messages.recentViews(null);
    let [ids, earlier]: [string[] | undefined, boolean | undefined] = [undefined, undefined];
    const stops = [
      recent.subscribe((now) => (ids = now?.map(({ message: row }) => row.id))),
      recent.hasEarlier.subscribe((now) => (earlier = now))
    ];
    const shows = (first: number) => vi.waitFor(() => expect(ids).toEqual(all.slice(first).reverse()));
    await shows(30);
    expect(earlier).toBe(true);
    // A new one takes none away.
    all.push('new');
    await put(message('new', 'x', { createdAt: 9000 }));
    await shows(30);
    recent.showUpTo('m25');
    await shows(25);
    recent.showEarlier();
    await shows(11);
    recent.showEarlier();
    await shows(0);
    expect(earlier).toBe(false);
    stops.forEach((stop) => stop());
  });

  it('that have work left are told apart', async () => {
    await put(message('a', 'x'), message('b', 'y'));
    const job = (id: string, state: JobRecord['state']): JobRecord => ({
      ...{ id, state, first: 'translate', step: 'translate', run: 1, starts: 0, fraction: 0, elapsedMs: 0 },
      ...{ error: null, queuedAt: 1, updatedAt: 1 }
    });
    await storage.store.write(['jobs'], async (unit) => {
      await unit.put('jobs', job('a', 'running'));
      await unit.put('jobs', job('b', 'done'));
    });
    let working: string[] | undefined;
    const stop = store.messages.liveWorking().subscribe((now) => {
      working = now?.map(({ message: row }) => row.id);
    });
    await vi.waitFor(() => expect(working).toEqual(['a']));
    stop();
  });

  it('are found by words of the transcript, a translation, people and titles, without accents', async () => {
    const odile = await store.people.add({ name: 'Odile Lefèvre', languages: speaks('fr') });
    const trip = await store.conversations.add({ title: 'Été à Porto', personIds: [odile.id] });
    await put(
      message('train', 'The train leaves at nine'),
      message('trip', 'See you there', { conversationId: trip.id, createdAt: 2000 }),
      message('hers', 'Bonjour', { senderId: odile.id, createdAt: 3000 })
    );
    await putVersion(version('train', 'fr', 'Le train part à neuf heures, à côté'));
    await putVersion(version('train', 'ja', '九時に出発'));
    const found = async (query: string) => (await store.messages.search(query)).map(({ id }) => id);
    expect(await found('TRAIN nine')).toEqual(['train']);
    expect(await found('cote')).toEqual(['train']);
    expect(await found('heur')).toEqual(['train']);
    expect(await found('出発')).toEqual(['train']);
    expect(await found('lefevre')).toEqual(['hers', 'trip']);
    expect(await found('ete')).toEqual(['trip']);
    expect(await found('odile bonjour')).toEqual(['hers']);
    expect(await found('train bonjour')).toEqual([]);
    expect(await found(' … ')).toEqual([]);
    await store.messages.remove('train');
    expect(await found('train')).toEqual([]);
  });

  it('are found while only memory holds them', async () => {
    storage.fill(true);
    await put(message('a', 'Held words'));
    expect((await store.messages.search('held')).map(({ id }) => id)).toEqual(['a']);
  });

  it('are deleted with an undo, and for good after it', async () => {
    await storage.audio.put('s', 'a', new Blob(['x']), now);
    await storage.audio.put('v', 'a', new Blob(['y']), now);
    const original = {
      audioId: 's',
      name: '',
      mimeType: '',
      sizeBytes: 1,
      durationMs: null,
      container: null,
      codec: null,
      peaks: []
    };
    await put(message('a', 'x', { original }), message('b', 'y'));
    await putVersion(version('a', 'fr', 'x'));
    await storage.store.write(['versions'], (unit) =>
      unit.put('versions', {
        ...version('a', 'de', 'x'),
        audio: {
          audioId: 'v',
          textRevision: 1,
          durationMs: 1,
          format: 'wav',
          fidelity: 'stock',
          similarity: null,
          ttsModel: '',
          words: [],
          peaks: []
        }
      })
    );
    const undo = await store.messages.remove('a');
    now += 5000;
    expect(await store.messages.purge()).toBe(0);
    await undo();
    expect((await store.messages.list()).length).toBe(2);

    await store.messages.remove('a');
    storage.fill(true);
    await put(message('held', 'z'));
    storage.fill(false);
    now += 10_000;
    expect(await store.messages.purge()).toBe(1);
    expect(get(storage.state).unsaved).toBe(0);
    expect((await storage.store.ids('messages')).sort()).toEqual(['b', 'held']);
    for (const table of ['audio', 'versions'] as const) expect(await storage.store.ids(table)).toEqual([]);
  });

  it('leave no sound behind after a crash, and take none that a voice is made of', async () => {
    await storage.audio.put('orphan', 'none', new Blob(['x']), now);
    await storage.audio.put('sample-sound', 's', new Blob(['x']), now);
    await storage.store.write(['samples'], (unit) =>
      unit.put('samples', { id: 's', speakerProfileId: 'me', audioId: 'sample-sound' } as VoiceSample)
    );
    now += 25 * 60 * 60 * 1000;
    await storage.audio.put('young', 'none', new Blob(['x']), now);
    await putVersion(version('none', 'fr', 'x'));
    await store.messages.purge();
    expect((await storage.store.ids('audio')).sort()).toEqual(['sample-sound', 'young']);
    expect(await storage.store.ids('versions')).toEqual([]);
  });
});
