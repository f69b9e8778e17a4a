import { test } from './harness';
import { openNotes } from './messages';
import { expectWholeJob, recordAndSend } from './spoken';

// A microphone belongs to a whole browser: one file a language.
test.use({ serviceWorkers: 'block', microphone: 'tests/fixtures/speech/fr.wav%noloop' });

test('spoken into the microphone in French: transcribed, translated, spoken', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['en', 'it'] });
  await recordAndSend(page, 'fr');
  await expectWholeJob(page, 'fr', ['en', 'it']);
});
