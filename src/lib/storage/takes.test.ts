import { get } from 'svelte/store';
import { expect, it, vi } from 'vitest';
import type { JournalledTake } from '$lib/audio';
import { openTestStorage, type TestStorage } from './index.testing';
import type { AudioMessage } from './records';
import { isOnDisk, sweepTakes, unsentTakes } from './takes';

const take = (
  chunkCount: number,
  state: JournalledTake['state'] = 'recording',
  startedAt = 10
): JournalledTake => ({
  id: 't',
  mimeType: 'audio/webm',
  startedAt,
  durationMs: chunkCount * 1000,
  chunkCount,
  state
});

it('keeps chunks in order over a crash, and forgets them when told', async () => {
  const storage = await openTestStorage();
  for (const index of [0, 1, 10, 2])
    await storage.takes.append('t', index, new Blob([`<${index}>`]), take(index + 1));
  storage.close();
  const { takes } = await storage.again();
  const read = await takes.read('t');
  expect(await Promise.all(read.chunks.map((chunk) => chunk.text()))).toEqual(['<0>', '<1>', '<2>', '<10>']);
  expect(read.chunks[0]?.type).toBe('audio/webm');
  await takes.finish('t', take(11, 'stopped'));
  await takes.append('newer', 0, new Blob(['x']), { ...take(1, 'paused', 20), id: 'newer' });
  expect((await takes.list()).map(({ id, state }) => [id, state])).toEqual([
    ['newer', 'paused'],
    ['t', 'stopped']
  ]);
  await takes.remove('t');
  await takes.remove('t');
  await expect(takes.read('t')).rejects.toMatchObject({ code: 'storage/not-found' });
  expect((await takes.list()).length).toBe(1);
});

it('keeps for whose voice a take is, to its end and over a crash', async () => {
  const storage = await openTestStorage();
  const forVoice = { speakerProfileId: 'me', phrase: { language: 'en', id: 'en-number-1' } } as const;
  await storage.takes.append('t', 0, new Blob(['x']), { ...take(1), forVoice });
  await storage.takes.finish('t', { ...take(1, 'stopped'), forVoice });
  await storage.takes.append('u', 0, new Blob(['x']), { ...take(1, 'paused', 20), id: 'u' });
  storage.close();
  const { store } = await storage.again();
  expect((await unsentTakes(store)).map((left) => left.forVoice)).toEqual([undefined, forVoice]);
});

it('finishing a take without chunks writes nothing', async () => {
  const { takes } = await openTestStorage();
  await takes.finish('ghost', take(0, 'stopped'));
  expect(await takes.list()).toEqual([]);
});

it('says storage/full, shows it, and keeps what was there', async () => {
  const storage = await openTestStorage();
  await storage.takes.append('t', 0, new Blob(['a']), take(1));
  storage.fill(true);
  await expect(storage.takes.append('t', 1, new Blob(['b']), take(2))).rejects.toMatchObject({
    code: 'storage/full'
  });
  expect(get(storage.state).full).toBe(true);
  const { take: kept, chunks } = await storage.takes.read('t');
  expect([kept.chunkCount, chunks.length]).toEqual([1, 1]);
});

const append = (storage: TestStorage, id: string, startedAt = 10) =>
  storage.takes.append(id, 0, new Blob(['x']), { ...take(1, 'stopped', startedAt), id });
const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
const unsent = async (storage: TestStorage) => ids(await unsentTakes(storage.store));

/** The message that sending a take makes; its other fields are of no interest here. */
async function send(storage: TestStorage, id: string): Promise<void> {
  const kept = await storage.audio.put(`${id}-sound`, id, new Blob(['x']), 20);
  const message = { id, original: { audioId: `${id}-sound` }, transcription: null } as AudioMessage;
  if (kept === 'memory') await storage.store.hold((unit) => unit.put('messages', message));
  else await storage.store.write(['messages'], (unit) => unit.put('messages', message));
}

it('one that was set aside is offered no more, also after a crash, until that is taken back', async () => {
  const storage = await openTestStorage();
  await append(storage, 'older', 10);
  await append(storage, 'newer', 20);
  expect(await unsent(storage)).toEqual(['newer', 'older']);
  await storage.takes.setAside('newer', 1000);
  storage.close();
  const again = await storage.again();
  expect(await unsent(again)).toEqual(['older']);
  expect((await again.takes.read('newer')).chunks).toHaveLength(1);
  await again.takes.setAside('newer', null);
  expect(await unsent(again)).toEqual(['newer', 'older']);
  // Nothing to set aside.
  await again.takes.setAside('ghost', 1000);
  expect(ids(await again.takes.list())).toEqual(['newer', 'older']);
});

it('the offer follows what other tabs do', async () => {
  const storage = await openTestStorage();
  const there = await storage.again();
  const seen: string[][] = [];
  const end = storage.store.live(unsentTakes).subscribe((rows) => seen.push(ids(rows ?? [])));
  await append(there, 't');
  await vi.waitFor(() => expect(seen.at(-1)).toEqual(['t']));
  await there.takes.setAside('t', 1000);
  await vi.waitFor(() => expect(seen.at(-1)).toEqual([]));
  await there.takes.setAside('t', null);
  await vi.waitFor(() => expect(seen.at(-1)).toEqual(['t']));
  end();
});

it('the bytes of what was set aside go later', async () => {
  const storage = await openTestStorage();
  for (const id of ['old', 'young', 'here']) await append(storage, id);
  await storage.takes.setAside('old', 1000);
  await storage.takes.setAside('young', 2000);
  await sweepTakes(storage, 1000);
  expect(ids(await storage.takes.list()).sort()).toEqual(['here', 'young']);
  expect(await storage.db.takeChunks.where('takeId').equals('old').count()).toBe(0);
});

it('sent on a full disk: not offered again, kept until the message is on the disk, offered if it never was', async () => {
  const storage = await openTestStorage();
  await append(storage, 't');
  storage.fill(true);
  await send(storage, 't');
  expect(await unsent(storage)).toEqual([]);
  expect(await isOnDisk(storage.store, 't')).toBe(false);
  await sweepTakes(storage, 0);
  expect(ids(await storage.takes.list())).toEqual(['t']);
  // Another tab, or this one after a crash, has no such message.
  const crashed = await storage.again();
  expect(await unsent(crashed)).toEqual(['t']);

  storage.fill(false);
  expect(await storage.store.save()).toBe(true);
  expect(await unsent(storage)).toEqual([]);
  expect(await unsent(crashed)).toEqual([]);
  await sweepTakes(storage, 0);
  expect(await storage.takes.list()).toEqual([]);
});

it('a message that reached the disk without its sound is not taken for the sent take', async () => {
  const storage = await openTestStorage();
  await append(storage, 't');
  storage.fill(true);
  await send(storage, 't');
  storage.fill(['audio']);
  expect(await storage.store.save()).toBe(false);
  await sweepTakes(storage, 0);
  const crashed = await storage.again();
  expect(await crashed.store.get('messages', 't')).toBeDefined();
  expect(await unsent(crashed)).toEqual(['t']);
});
