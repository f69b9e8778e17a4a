/**
 * The job that the app exists for, on speech: a message in each of the six starter languages goes in as a file; its
 * words, its language, its translations and their sound come out.
 *
 * The speech is eSpeak NG's, in voices that the app doesn't use (`scripts/make-test-speech.sh`).
 */
import { expect, test } from './harness';
import { lastMessage, openNotes, sendFile, settled } from './messages';
import { ALL, expectWholeJob, LANGUAGES, saidAgainAndAgain } from './spoken';

test.use({ serviceWorkers: 'block' });

test('files in six languages, one after another: each transcribed, translated into the others, spoken', async ({
  page
}) => {
  test.setTimeout(300_000);
  await openNotes(page, { targetLanguages: ALL });
  for (const from of ALL) {
    await test.step(LANGUAGES[from].name, async () => {
      await sendFile(page, `tests/fixtures/speech/${LANGUAGES[from].file}`);
      const others = ALL.filter((language) => language !== from);
      await expectWholeJob(page, from, others);
    });
  }
});

test('a recording of two minutes comes out whole: every sentence once, in order, in both languages', async ({
  page
}) => {
  const times = 18;
  await openNotes(page, { targetLanguages: ['fr'] });
  await sendFile(page, saidAgainAndAgain(LANGUAGES.en.file, times));
  expect(await settled(page)).toBe('ready');
  const card = lastMessage(page);
  const seconds = Number(await card.getByRole('slider').first().getAttribute('aria-valuemax'));
  expect(seconds).toBeGreaterThan(100);
  const said = await card.locator('p[lang=en]').allInnerTexts();
  const found = said.join(' ').match(/\bminutes\b/gi)?.length ?? 0;
  expect(found, said.join(' ')).toBeGreaterThanOrEqual(times * 0.8);
  expect(found).toBeLessThanOrEqual(times);
  await card.getByRole('tab', { name: /French/ }).click();
  const version = card.getByTestId('version');
  await expect(version).toHaveAttribute('data-status', 'ready');
  const translated = await version.locator('p[lang=fr]').allInnerTexts();
  expect(translated.join(' ').match(/\bminutes\b/gi)?.length ?? 0).toBe(found);
  expect(Number(await version.getByRole('slider').getAttribute('aria-valuemax'))).toBeGreaterThan(
    seconds / 3
  );
});
