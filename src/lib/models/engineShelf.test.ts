import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openTestStorage } from '$lib/storage/index.testing';
import { createModelShelf } from './engineShelf';

beforeEach(() => {
  // The library's worker can't be started here: nothing is installed then.
  vi.spyOn(console, 'warn').mockReturnValue();
  vi.stubGlobal('navigator', { userAgent: 'Chrome/156.0' });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test('what failed on a device is known after a reload, once, and not in the browser’s next version', async () => {
  const storage = await openTestStorage();
  const shelf = createModelShelf(storage);
  await shelf.distrust(['a q4 webgpu']);
  await shelf.distrust(['a q4 webgpu', 'b fp32 webgpu']);
  const reloaded = createModelShelf(await storage.again());
  expect((await reloaded.read()).distrusted).toEqual(['a q4 webgpu', 'b fp32 webgpu']);
  vi.stubGlobal('navigator', { userAgent: 'Chrome/157.0' });
  expect((await reloaded.read()).distrusted).toEqual([]);
});

test('the engines are told where each stage shall run', async () => {
  const storage = await openTestStorage();
  await storage.settings.set({ translationDevice: 'wasm', voiceDevice: 'webgpu' });
  expect((await createModelShelf(storage).read()).devices).toEqual({
    transcriber: 'auto',
    translator: 'wasm',
    speakerEncoder: 'webgpu',
    voiceConverter: 'auto'
  });
});
