import { beforeEach, expect, it, vi } from 'vitest';
import { openTestStorage, type TestStorage } from '$lib/storage/index.testing';
import { createMessageStore, ME, speaks, type MessageStore } from './index';
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

/** A message of hers in a conversation with her. */
async function talkWithOdile() {
  const odile = await store.people.add({ name: 'Odile', languages: speaks('fr') });
  const talk = await store.conversations.add({ title: 'Talk', personIds: [odile.id] });
  const hers = { conversationId: talk.id, senderId: odile.id };
  const message = typedMessage('m', 'Je serai là.', now, hers, 'fr');
  await storage.store.write(['messages'], (unit) => unit.put('messages', message));
  return { odile, talk };
}

const listed = async () => (await store.people.list()).map(({ name }) => name);

it('a person who is deleted hears nothing more; their messages stay under their name', async () => {
  const { odile, talk } = await talkWithOdile();
  expect(await store.conversations.targets(talk.id, 'en')).toEqual(['fr']);
  await store.people.remove(odile.id);
  expect(await listed()).toEqual(['']);
  expect(await store.conversations.targets(talk.id, 'en')).toEqual(['en']);

  now += 1_000_000;
  await store.messages.purge();
  expect((await store.messages.list({ conversationId: talk.id })).map(({ id }) => id)).toEqual(['m']);
  expect((await store.messages.search('odile')).map(({ id }) => id)).toEqual(['m']);
  expect((await storage.store.get('people', odile.id))?.name).toBe('Odile');
});

it('their name can be read although they are deleted', async () => {
  const { odile } = await talkWithOdile();
  await store.people.remove(odile.id);
  let name: string | undefined;
  const stop = store.people.liveNames().subscribe((names) => (name = names?.get(odile.id)));
  await vi.waitFor(() => expect(name).toBe('Odile'));
  stop();
});

it('goes for good with the last of their messages', async () => {
  const { odile } = await talkWithOdile();
  await store.people.remove(odile.id);
  await store.messages.remove('m');
  now += 1_000_000;
  await store.messages.purge();
  expect(await storage.store.get('people', odile.id)).toBeUndefined();
});

it('is taken back, into every conversation, also after a purge', async () => {
  const { odile, talk } = await talkWithOdile();
  const emre = await store.people.add({ name: 'Emre', languages: speaks('tr') });
  await store.conversations.addMember(talk.id, emre.id);
  const undo = [await store.people.remove(odile.id), await store.people.remove(emre.id)];
  now += 1_000_000;
  await store.messages.purge();
  // He has said nothing yet.
  expect(await storage.store.get('people', emre.id)).toBeUndefined();
  for (const back of undo) await back();
  expect(await listed()).toEqual(['', 'Emre', 'Odile']);
  expect((await store.conversations.targets(talk.id, 'en')).sort()).toEqual(['fr', 'tr']);
});

it('the own person stays, and one who isn’t there can’t be deleted', async () => {
  await expect(store.people.remove(ME)).rejects.toMatchObject({ code: 'input/invalid' });
  await expect(store.people.remove('nobody')).rejects.toMatchObject({ code: 'storage/not-found' });
});

it('a member who is taken out hears nothing there, keeps their messages, and comes back as they were', async () => {
  const { odile, talk } = await talkWithOdile();
  await store.conversations.setMemberLanguages(talk.id, odile.id, speaks('it'));
  await store.conversations.removeMember(talk.id, odile.id);
  expect(await store.conversations.targets(talk.id, 'en')).toEqual(['en']);
  expect(await listed()).toEqual(['', 'Odile']);
  expect((await store.messages.list({ conversationId: talk.id })).map(({ id }) => id)).toEqual(['m']);
  await store.conversations.addMember(talk.id, odile.id);
  expect(await store.conversations.targets(talk.id, 'en')).toEqual(['it']);
});
