import { test } from './harness';
import { openNotes } from './messages';
import { expectWholeJob, recordAndSend } from './spoken';

// A microphone belongs to a whole browser: one file a language.
test.use({ serviceWorkers: 'block', microphone: 'tests/fixtures/speech/en.wav%noloop' });

test('spoken into the microphone in English: transcribed, translated, spoken', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['fr', 'de'] });
  await recordAndSend(page, 'en');
  await expectWholeJob(page, 'en', ['fr', 'de']);
});
