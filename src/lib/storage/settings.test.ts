import { expect, it, vi } from 'vitest';
import { DEFAULT_SETTINGS, type Settings } from './index';
import { openTestStorage } from './index.testing';

it('has the defaults of the configuration it grew from', () => {
  expect(DEFAULT_SETTINGS).toMatchObject({
    suppliedConfidence: 0.85,
    voiceModelMaxAgeDays: 30,
    voiceMinDurationMs: 10_000,
    voiceHistoryCount: 20,
    ttsDefaultFormat: 'mp3',
    audioMaxSizeMb: 50,
    audioSupportedFormats: ['mp3', 'wav', 'ogg', 'm4a', 'webm', 'flac'],
    trainingPollMs: 2000,
    trainingTimeoutMs: 600_000
  });
});

it('keeps changes, tells them, and goes back', async () => {
  const storage = await openTestStorage();
  let seen: Settings | undefined;
  const stop = storage.settings.live().subscribe((now) => (seen = now));
  await storage.settings.set({ ttsDefaultFormat: 'wav', targetLanguages: ['fr'] });
  await vi.waitFor(() => expect(seen?.targetLanguages).toEqual(['fr']));
  expect((await (await storage.again()).settings.get()).ttsDefaultFormat).toBe('wav');
  await storage.settings.reset(['ttsDefaultFormat']);
  expect(await storage.settings.get()).toEqual({ ...DEFAULT_SETTINGS, targetLanguages: ['fr'] });
  stop();
});

it('refuses what can not be, and changes nothing then', async () => {
  const { settings } = await openTestStorage();
  await expect(settings.set({ voiceOldWeight: 2, undoMs: 5 })).rejects.toMatchObject({
    code: 'input/invalid'
  });
  await expect(settings.set({ nonsense: 1 } as Partial<Settings>)).rejects.toMatchObject({
    code: 'input/invalid'
  });
  expect(await settings.get()).toEqual(DEFAULT_SETTINGS);
});

it('reads an unusable value as its default and leaves the others', async () => {
  const storage = await openTestStorage();
  await storage.db.settings.bulkPut([
    { id: 'ttsDefaultFormat', value: 'tape' },
    { id: 'undoMs', value: 7 }
  ]);
  expect(await storage.settings.get()).toEqual({ ...DEFAULT_SETTINGS, undoMs: 7 });
});

it('passes over a setting that is no more, and leaves its row', async () => {
  const storage = await openTestStorage();
  await storage.db.settings.put({ id: 'modelsFolder', value: 'wasm' });
  expect(await storage.settings.get()).toEqual(DEFAULT_SETTINGS);
  await storage.settings.reset();
  expect(await storage.db.settings.get('modelsFolder')).toEqual({ id: 'modelsFolder', value: 'wasm' });
});

it('keeps words to expect, trimmed, and a number of beams within its range', async () => {
  const { settings } = await openTestStorage();
  expect(await settings.get()).toMatchObject({ glossary: [], transcriptionBeamSize: 'auto' });
  await settings.set({ glossary: ['Zoë', 'Łódź '], transcriptionBeamSize: 5 });
  expect(await settings.get()).toMatchObject({ glossary: ['Zoë', 'Łódź'], transcriptionBeamSize: 5 });
  await expect(settings.set({ transcriptionBeamSize: 9 })).rejects.toMatchObject({ code: 'input/invalid' });
  await expect(settings.set({ glossary: [' '] })).rejects.toMatchObject({ code: 'input/invalid' });
});
