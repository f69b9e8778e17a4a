import { expect, it } from 'vitest';
import { openTestStorage } from './index.testing';

it('a file that the browser can’t read is a damaged one, and nothing is stored', async () => {
  const { audio, store } = await openTestStorage();
  const gone = new DOMException('The file was moved.', 'NotReadableError');
  const file = Object.assign(new Blob(['x']), { arrayBuffer: () => Promise.reject(gone) });
  await expect(audio.put('a', 'm', file, 1)).rejects.toMatchObject({ code: 'audio/damaged', cause: gone });
  expect(await store.ids('audio')).toEqual([]);
});
