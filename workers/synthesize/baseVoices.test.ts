import { expect, it } from 'vitest';
import { DEFAULT_MODELS } from '../contract';
import { baseVoiceNamed } from './baseVoices';

it('knows the default engine', () => {
  expect(baseVoiceNamed(DEFAULT_MODELS.synthesizer)).not.toBe(baseVoiceNamed('none'));
});

it('says that an engine is missing, and never speaks with another instead', async () => {
  await expect(baseVoiceNamed('xtts')('')).rejects.toMatchObject({ code: 'model/missing' });
});
