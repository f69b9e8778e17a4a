import { test } from './harness';
import { openNotes } from './messages';
import { expectWholeJob, recordAndSend } from './spoken';

// A microphone belongs to a whole browser: one file a language.
test.use({ serviceWorkers: 'block', microphone: 'tests/fixtures/speech/de.wav%noloop' });

test('spoken into the microphone in German: transcribed, translated, spoken', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['es', 'pt'] });
  await recordAndSend(page, 'de');
  await expectWholeJob(page, 'de', ['es', 'pt']);
});
