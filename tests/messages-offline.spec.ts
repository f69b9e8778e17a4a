import { expect, test } from './harness';
import { lastMessage, setSettings, settled, typeMessage } from './messages';

test('with the network off, a message is spoken, played and downloaded', async ({ page, context }) => {
  await page.goto('/settings');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  // The first key press starts the storing of large files.
  await page.keyboard.press('Shift');
  await expect(page.getByTestId('offline-state')).toHaveAttribute('data-state', 'ready', { timeout: 60_000 });
  await setSettings(page, { targetLanguages: ['en'] });
  await context.setOffline(true);

  await page.goto('/');
  await page.getByTestId('sample').getByRole('tab', { name: 'Deutsch' }).click();
  await page.getByTestId('sample').getByRole('button', { name: /^Play/ }).click();
  await expect(page.getByTestId('sample').locator('mark')).toBeVisible();

  await page.goto('/conversations/notes');
  await typeMessage(page, 'We kept a seat for you at the long table.');
  expect(await settled(page)).toBe('ready');
  const version = lastMessage(page).getByTestId('version');
  await version.getByRole('button', { name: /^Play/ }).click();
  await expect(version.locator('mark')).toBeVisible();
  const downloading = page.waitForEvent('download');
  await version.getByRole('button', { name: 'Download as OGG' }).click();
  expect((await downloading).suggestedFilename()).toMatch(/-en\.ogg$/);
});
