import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './harness';
import {
  lastMessage,
  openNotes,
  putRows,
  rowsOf,
  sendFile,
  sendSpeechWithWords,
  settled,
  typeMessage,
  wav
} from './messages';

test.use({ serviceWorkers: 'block', savesData: true });

const SENTENCE = 'We kept a seat for you at the long table.';
const silence = { name: 'silence.wav', mimeType: 'audio/wav', buffer: wav(2, () => 0) };

/** Changes the newest message's row, as something that can't be had on demand would have left it. */
async function leaveMessage(page: Page, change: Record<string, unknown>): Promise<void> {
  const newest = (await rowsOf(page, 'messages')).at(-1) as object;
  await putRows(page, 'messages', [{ ...newest, ...change }]);
  await page.reload();
}

test('sound that can’t be read: its words are written by hand, and spoken', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['en'] });
  const buffer = Buffer.from('Not sound at all. '.repeat(200));
  await sendFile(page, { name: 'text.mp3', mimeType: 'audio/mpeg', buffer });
  expect(await settled(page)).toBe('failed');
  const card = lastMessage(page);
  await expect(card.getByRole('button', { name: 'Choose the language' })).toBeVisible();
  await card.getByRole('button', { name: 'Type what was said' }).click();
  await card.getByRole('textbox', { name: 'Type what was said' }).fill(SENTENCE);
  await card.getByRole('button', { name: 'Save' }).click();
  await expect(card).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  await expect(card.getByTestId('version')).toContainText(SENTENCE);
  await expect(card).toContainText('said in English');
  await expect(card.getByTestId('problem')).toHaveCount(0);
});

test('a language that couldn’t be translated is written by hand', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['fr'], translationModel: 'fixtures/missing' });
  await typeMessage(page, SENTENCE);
  expect(await settled(page)).toBe('incomplete');
  const card = lastMessage(page);
  await card.getByRole('tab', { name: /French/ }).click();
  const version = card.getByTestId('version');
  await expect(version).toHaveAttribute('data-status', 'failed');
  await version.getByRole('button', { name: 'Edit' }).click();
  await version
    .getByRole('textbox', { name: 'Edit the words in French' })
    .fill('Nous t’avons gardé une place.');
  await version.getByRole('button', { name: 'Save' }).click();
  await expect(version).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  await expect(version).toContainText('Nous t’avons gardé une place.');
});

test('what failed for the whole message is said although its languages are there', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['en'] });
  await typeMessage(page, SENTENCE);
  expect(await settled(page)).toBe('ready');
  await leaveMessage(page, {
    status: 'incomplete',
    error: { code: 'language/unsupported', message: 'for a test' }
  });
  const problem = lastMessage(page).getByTestId('problem');
  await expect(problem).toHaveAttribute('data-code', 'language/unsupported');
  await expect(problem.getByRole('button', { name: 'Choose the language' })).toBeVisible();
  await problem.getByRole('button', { name: 'Try again' }).click();
  await expect(lastMessage(page)).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  await expect(problem).toHaveCount(0);
});

test('silence is in no language; one that was chosen can be left to the recogniser again', async ({
  page
}) => {
  await openNotes(page);
  await sendFile(page, silence);
  expect(await settled(page)).toBe('no-speech');
  const card = lastMessage(page);
  await expect(card).not.toContainText('said in');
  const choose = card.locator('header').getByRole('button', { name: 'Choose the language' });
  await choose.click();
  const sheet = page.getByRole('dialog');
  await expect(sheet.locator('[aria-pressed=true]')).toHaveCount(0);
  await expect(sheet.getByRole('button', { name: 'Recognise it again' })).toHaveCount(0);
  await sheet.getByRole('button', { name: 'French' }).click();
  await expect(sheet).toBeHidden();
  expect(await settled(page)).toBe('no-speech');
  await choose.click();
  await expect(sheet.getByRole('button', { name: 'French' })).toHaveAttribute('aria-pressed', 'true');
  await sheet.getByRole('button', { name: 'Recognise it again' }).click();
  await expect(sheet).toBeHidden();
  expect(await settled(page)).toBe('no-speech');
  await choose.click();
  await expect(sheet.locator('[aria-pressed=true]')).toHaveCount(0);
});

test('a file that ends too early says so, and goes out again as it came', async ({ page }) => {
  await openNotes(page);
  const whole = wav(4, (at) => 0.3 * Math.sin(at * 2000));
  const file = { name: 'cut off.wav', mimeType: 'audio/wav', buffer: whole.subarray(0, whole.length / 2) };
  await sendFile(page, file);
  await settled(page);
  const card = lastMessage(page);
  await expect(card.getByTestId('odd')).toHaveText('The file ends too early: what there is of it is here.');
  await card.getByRole('button', { name: 'More for this message' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: 'As it is' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('cut off.wav');
  expect(readFileSync(await download.path()).equals(file.buffer)).toBe(true);
});

test('by keyboard: Space plays the card; an arrow on the only language does not speak it again', async ({
  page
}) => {
  await openNotes(page, { rerunStale: false, targetLanguages: ['en'] });
  await sendSpeechWithWords(page, SENTENCE);
  expect(await settled(page)).toBe('ready');
  const card = lastMessage(page);
  await page.getByRole('region', { name: 'Messages' }).focus();
  await page.keyboard.press('Tab');
  await expect(card).toBeFocused();
  await page.keyboard.press('Space');
  await expect(card.getByRole('button', { name: /^Pause/ }).first()).toBeVisible();
  await page.keyboard.press('Space');
  await expect(card.getByRole('button', { name: /^Pause/ })).toHaveCount(0);

  await card.getByRole('button', { name: 'Edit words' }).click();
  await card.getByRole('textbox', { name: 'Edit words' }).fill('We kept two seats for you.');
  await card.getByRole('button', { name: 'Save' }).click();
  const chip = card.getByRole('tab', { name: /Stale English/ });
  for (const key of ['ArrowRight', 'Home']) await chip.press(key);
  await expect(chip).toBeVisible();
  await expect(card).toHaveAttribute('data-status', 'ready');
  await chip.press('Enter');
  await expect(card.getByTestId('version')).toContainText('We kept two seats for you.', { timeout: 60_000 });
});

test('the language a message is in is not among those that can be added', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['fr'] });
  await sendSpeechWithWords(page, SENTENCE);
  await settled(page);
  await lastMessage(page).getByRole('button', { name: 'More for this message' }).click();
  const sheet = page.getByRole('dialog');
  await expect(sheet.getByRole('checkbox', { name: 'German' })).toBeVisible();
  await expect(sheet.getByRole('checkbox', { name: 'English' })).toHaveCount(0);
  await expect(sheet.getByRole('checkbox', { name: 'French' })).toHaveCount(0);
});

test('a translation is handed on in the chosen format', async ({ page }) => {
  await page.addInitScript(() => {
    const names: string[] = [];
    Object.assign(window, { shared: names });
    Object.assign(navigator, {
      canShare: () => true,
      share: ({ files }: ShareData) => {
        names.push(...(files ?? []).map(({ name, type }) => `${name} ${type}`));
        return Promise.resolve();
      }
    });
  });
  await openNotes(page, { targetLanguages: ['en'], ttsDefaultFormat: 'ogg' });
  await typeMessage(page, SENTENCE);
  expect(await settled(page)).toBe('ready');
  await lastMessage(page).getByTestId('version').getByRole('button', { name: 'Share' }).click();
  await expect
    .poll(() => page.evaluate(() => (window as Window & { shared?: string[] }).shared))
    .toEqual([expect.stringMatching(/-en\.ogg audio\/ogg$/)]);
});

test('a tab that is open already goes on when the one that works is closed', async ({ page, context }) => {
  await openNotes(page, { targetLanguages: ['en'] });
  const other = await context.newPage();
  await other.goto('/conversations/notes');
  await expect(other.getByRole('region', { name: 'New message' })).toBeVisible();
  await typeMessage(page, SENTENCE);
  await page.close();
  expect(await settled(other)).toBe('ready');
  await expect(lastMessage(other)).toContainText(SENTENCE);
});
