/** The whole job without a network: nothing but the first visit needs one. */
import { expect, test } from './harness';
import { HAS_STARTER_MODELS, lastMessage, sendFile, setSettings, settled } from './messages';

test('with the network off, a recording is transcribed, translated into two languages and spoken', async ({
  page,
  context
}) => {
  if (!HAS_STARTER_MODELS) console.warn('SKIPPED: the starter models are absent.');
  test.skip(!HAS_STARTER_MODELS, 'the starter models are absent');
  test.setTimeout(300_000);
  await page.goto('/settings');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  // The first key press starts the storing of large files.
  await page.keyboard.press('Shift');
  await expect(page.getByTestId('offline-state')).toHaveAttribute('data-state', 'ready', {
    timeout: 120_000
  });
  await setSettings(page, { targetLanguages: ['fr', 'de'] });
  await context.setOffline(true);

  await page.goto('/conversations/notes');
  await sendFile(page, 'tests/fixtures/speech/en.wav');
  expect(await settled(page)).toBe('ready');
  const card = lastMessage(page);
  await expect(card).toContainText('said in English');
  await expect(card.locator('p[lang=en]').first()).not.toBeEmpty();
  for (const [language, name] of [
    ['fr', 'French'],
    ['de', 'German']
  ] as const) {
    await card.getByRole('tab', { name: new RegExp(name) }).click();
    const version = card.getByTestId('version');
    await expect(version).toHaveAttribute('data-status', 'ready');
    await expect(version.locator(`p[lang=${language}]`)).not.toBeEmpty();
    await expect(version.getByRole('slider')).toHaveAttribute('aria-valuemax', /^[1-9]/);
    await version.getByRole('button', { name: /^Play/ }).click();
    await expect(version.locator('mark')).toBeVisible();
    await expect(version.getByRole('button', { name: /^Play/ })).toBeVisible();
  }
});
