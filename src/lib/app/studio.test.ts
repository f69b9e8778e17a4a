import { expect, test } from 'vitest';
import type { TrainingSession, VoiceModel, VoiceSample } from '$lib/storage';
import { openTestStorage, type TestStorage } from '$lib/storage/index.testing';
import { isStudioUnfinished } from './studio';

const NOW = 1000;
const model = {
  id: 'me:2',
  speakerProfileId: 'me',
  version: 2,
  nextRecalibrationAt: NOW,
  samples: []
} as unknown as VoiceModel;
const counting = { sampleId: 's', similarity: 1, weight: 1, setAside: null };
const profile = { id: 'me', name: '', consent: null, modelVersion: 2, createdAt: 1, updatedAt: 1 };

test.each<[string, (storage: TestStorage) => Promise<void>, boolean]>([
  ['nothing', () => Promise.resolve(), false],
  [
    'a sample that nobody judged yet',
    ({ store }) =>
      store.write(['samples'], (unit) => unit.put('samples', { id: 's', status: 'pending' } as VoiceSample)),
    true
  ],
  [
    'a training in the middle',
    ({ store }) =>
      store.write(['trainings'], (unit) =>
        unit.put('trainings', { id: 't', status: 'processing' } as TrainingSession)
      ),
    true
  ],
  [
    'a voice model that is due',
    ({ store }) =>
      store.write(['profiles', 'voiceModels'], async (unit) => {
        await unit.put('profiles', profile);
        await unit.put('voiceModels', model);
      }),
    true
  ],
  [
    'one with a sample in it that was removed',
    ({ store }) =>
      store.write(['voiceModels'], (unit) =>
        unit.put('voiceModels', { ...model, nextRecalibrationAt: NOW + 1, samples: [counting] })
      ),
    true
  ],
  [
    'one with only what is there, and a message’s recording',
    ({ store }) =>
      store.write(['voiceModels', 'samples'], async (unit) => {
        await unit.put('samples', { id: 's', status: 'completed' } as VoiceSample);
        const samples = [counting, { ...counting, sampleId: 'message:m' }];
        await unit.put('voiceModels', { ...model, nextRecalibrationAt: NOW + 1, samples });
      }),
    false
  ],
  [
    'one that is due, but not in use',
    ({ store }) =>
      store.write(['profiles', 'voiceModels'], async (unit) => {
        await unit.put('profiles', { ...profile, modelVersion: 3 });
        await unit.put('voiceModels', model);
      }),
    false
  ]
])('%s', async (_, put, unfinished) => {
  const storage = await openTestStorage();
  await put(storage);
  expect(await isStudioUnfinished(storage.store, NOW)).toBe(unfinished);
});
