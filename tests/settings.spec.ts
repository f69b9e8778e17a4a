/** Settings that are kept and have their effect; and what is said when nothing can be kept. */
import type { Page } from '@playwright/test';
import { expect, test } from './harness';
import { lastMessage, openNotes, rowsOf, sendFile, settled, wav } from './messages';

test.use({ serviceWorkers: 'block' });

/** A setting's stored value. */
async function stored(page: Page, setting: string): Promise<unknown> {
  const rows = (await rowsOf(page, 'settings')) as { id: string; value: unknown }[];
  return rows.find(({ id }) => id === setting)?.value;
}

test('what was typed last is kept although the page is left at once', async ({ page }) => {
  await page.goto('/settings');
  await page.getByLabel('Your name').fill('Odile');
  await page.getByRole('link', { name: 'Voice', exact: true }).click();
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByLabel('Your name')).toHaveValue('Odile');
  await page.reload();
  await expect(page.getByLabel('Your name')).toHaveValue('Odile');
});

test('a kind of file that is switched off is kept and not worked on, until it is switched on', async ({
  page
}) => {
  await page.goto('/settings');
  const advanced = page.getByRole('region', { name: 'Advanced' });
  const kind = advanced.getByRole('checkbox', { name: 'WAV' });
  await kind.uncheck();
  await expect
    .poll(() => stored(page, 'audioSupportedFormats'))
    .toEqual(['mp3', 'ogg', 'm4a', 'webm', 'flac']);
  await page.reload();
  await expect(kind).not.toBeChecked();

  await openNotes(page);
  await sendFile(page, { name: 'silence.wav', mimeType: 'audio/wav', buffer: wav(2, () => 0) });
  expect(await settled(page)).toBe('failed');
  const problem = lastMessage(page).getByTestId('problem');
  await expect(problem).toHaveAttribute('data-code', 'audio/switched-off');
  await expect(problem).toContainText('switched off in the settings');

  await page.goto('/settings');
  await advanced.getByRole('button', { name: 'Back to the defaults' }).click();
  await expect(kind).toBeChecked();
  await expect.poll(() => stored(page, 'audioSupportedFormats')).toBeUndefined();
  await page.goto('/conversations/notes');
  await problem.getByRole('button', { name: 'Try again' }).click();
  await expect(problem).toHaveAttribute('data-code', 'speech/none-found', { timeout: 60_000 });
});

test('a size that can’t be is refused in words, and the one before stands', async ({ page }) => {
  await page.goto('/settings');
  const size = page.getByLabel('Largest file that is taken, in MB');
  await expect(size).toHaveValue('50');
  await size.fill('99');
  await size.press('Tab');
  await expect(page.getByTestId('notices')).toContainText('This can’t be used as it is.');
  await expect(size).toHaveValue('50');
  await size.fill('2');
  await size.press('Tab');
  await expect.poll(() => stored(page, 'audioMaxSizeMb')).toBe(2);
  await page.reload();
  await expect(size).toHaveValue('2');
});

test('the recogniser’s numbers count after the reload that is offered', async ({ page }) => {
  await page.goto('/settings');
  const numbers = page.getByLabel('Numbers of the recogniser');
  await numbers.selectOption('32 bit');
  await page.evaluate(() => Object.assign(window, { stillHere: true }));
  await page.getByTestId('notices').getByRole('button', { name: 'Reload' }).click();
  await page.waitForFunction(() => !('stillHere' in window));
  await expect(numbers).toHaveValue('fp32');
});

/** Opens the app's database from outside the app, as a tab with another version does, and holds it. */
async function holdDatabase(page: Page, version: number): Promise<void> {
  await page.evaluate(
    (at) =>
      new Promise<void>((done, failed) => {
        const request = indexedDB.open('timbre', at);
        request.onerror = () => failed(request.error);
        request.onsuccess = () => {
          Object.assign(window, { held: request.result });
          done();
        };
      }),
    version
  );
}

/** Dexie's own factor: the app's schema 1 is 10. */
const NEWER = 9990;
const OLDER = 1;

test('a newer version in another tab: this one says so and offers a reload', async ({ page, context }) => {
  await page.goto('/settings');
  await expect(page.getByLabel('Your name')).toBeVisible();
  const other = await context.newPage();
  await other.goto('/offline-files.json');
  await holdDatabase(other, NEWER);
  const problem = page.getByTestId('storage-problem').first();
  await expect(problem).toHaveAttribute('data-code', 'storage/outdated');
  await expect(problem).toContainText('Reload this page');
  await page.evaluate(() => Object.assign(window, { stillHere: true }));
  await page.getByRole('button', { name: 'Reload', exact: true }).first().click();
  await page.waitForFunction(() => !('stillHere' in window));
  // Its code is the older one still: it says so, and touches nothing.
  await expect(problem).toHaveAttribute('data-code', 'storage/outdated');
  await expect(page.getByRole('button', { name: 'Reload', exact: true })).toBeVisible();
});

test('an older version in another tab: it is to be closed, and then trying again helps', async ({
  page,
  context
}) => {
  const other = await context.newPage();
  await other.goto('/offline-files.json');
  await holdDatabase(other, OLDER);
  await page.goto('/settings');
  const problem = page.getByTestId('storage-problem');
  await expect(problem).toHaveAttribute('data-code', 'storage/blocked');
  await expect(problem).toContainText('Close the other tabs');
  await other.close();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByLabel('Your name')).toBeVisible();
});

test('a browser that lets nothing be stored: said as it is', async ({ page }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  });
  await page.goto('/settings');
  const problem = page.getByTestId('storage-problem');
  await expect(problem).toHaveAttribute('data-code', 'storage/unavailable');
  await expect(problem).toContainText('private window');
  await expect(page.getByRole('button', { name: 'Reload', exact: true })).toBeVisible();
});
