import { get } from 'svelte/store';
import { expect, it } from 'vitest';
import type { JournalledTake } from '$lib/audio';
import { openTestStorage } from './index.testing';

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
