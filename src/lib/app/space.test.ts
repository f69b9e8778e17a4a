import { readable } from 'svelte/store';
import { expect, it, vi } from 'vitest';
import { openTestStorage, type TestStorage } from '$lib/storage/index.testing';
import { typedMessage } from '$lib/messages/messages.testing';
import type { Voice } from '$lib/voice';
import { callMessages } from './callMessages';
import { compose } from './compose';
import { createSpace } from './space';
import type { App } from './types';

/** Locks that are held until they are let go, as those of open pages are. */
function fakeLocks(): LockManager {
  const held = new Set<string>();
  return {
    async request(name: string, work: () => Promise<void>) {
      held.add(name);
      await work();
      held.delete(name);
    },
    query: () => Promise.resolve({ held: [...held].map((name) => ({ name })), pending: [] })
  } as unknown as LockManager;
}

const voice = {} as Voice;

async function person(): Promise<App> {
  const storage = await openTestStorage();
  const engines = () => Promise.reject(new Error('not here'));
  const app = compose({ storage, engines, devices: readable(new Map()) });
  return { ...app, voice: () => Promise.resolve(voice) };
}

async function put({ store }: TestStorage, ...ids: string[]): Promise<void> {
  for (const id of ids)
    await store.write(['messages'], (unit) => unit.put('messages', typedMessage(id, 'Hi', 1)));
}

it('what calls of a page that is gone left is deleted; recordings and other pages’ calls stay', async () => {
  const locks = fakeLocks();
  const main = await person();
  const tables = await openTestStorage();
  const [gone, open] = [callMessages(locks), callMessages(locks)];
  const theirs = open.newId();
  await put(tables, 'recorded-here', gone.newId(), theirs);
  gone.end();
  await new Promise((later) => setTimeout(later));

  const here = callMessages(locks);
  const space = await createSpace(main, tables, { mayUseVoice: () => false }, here);
  expect((await tables.store.ids('messages')).sort()).toEqual(['recorded-here', theirs].sort());
  expect(space.callId()).not.toBe(space.callId());
  space.close();
});

it('its messages are its own; its settings, engines and devices are the person’s', async () => {
  const main = await person();
  const tables = await openTestStorage();
  const space = await createSpace(main, tables, { mayUseVoice: () => false }, callMessages(undefined));
  await main.storage.settings.set({ ttsDefaultFormat: 'ogg' });
  expect((await space.storage.settings.get()).ttsDefaultFormat).toBe('ogg');
  expect(space.devices).toBe(main.devices);
  await expect(space.engines()).rejects.toThrow('not here');
  await put(tables, 'theirs');
  expect(await space.messages.list()).toHaveLength(1);
  expect(await main.messages.list()).toHaveLength(0);
  space.close();
});

it('the person’s studio is the space’s for as long as it may be', async () => {
  const mayUseVoice = vi.fn(() => true);
  const tables = await openTestStorage();
  const space = await createSpace(await person(), tables, { mayUseVoice }, callMessages(undefined));
  expect(await space.voice()).toBe(voice);
  mayUseVoice.mockReturnValue(false);
  await expect(space.voice()).rejects.toThrow('not here');
  space.close();
});
