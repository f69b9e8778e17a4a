/**
 * The voice studio's recordings: phrases and free speech from a microphone that plays a file, files, messages, and the
 * list of what was recorded. A recording's verdict depends on how long the microphone is listened to: it becomes too loud.
 */
import type { Locator, Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectAccessible } from './accessible';
import { expect, test } from './harness';
import { openNotes, rowsOf, sendSpeechWithWords, settled, SPEECH } from './messages';
import {
  addSamples,
  allJudged,
  asWav,
  expectFits,
  openVoice,
  partOfSpeech,
  phrase,
  record,
  recorder,
  samples,
  say,
  THREE_SECONDS,
  tooLoud
} from './voice';

/** 5.5 s of speech and a second of silence; then the same so loud that it is clipped. */
const SPEECH_ONCE = partOfSpeech(0, 5.5);
const PAUSE = Buffer.alloc(32_000);
const MICROPHONE = join(tmpdir(), 'timbre-voice-record.wav');
writeFileSync(
  MICROPHONE,
  asWav('microphone', Buffer.concat([SPEECH_ONCE, PAUSE, tooLoud(SPEECH_ONCE), PAUSE])).buffer
);

test.use({ serviceWorkers: 'block', microphone: MICROPHONE });

const judged = (page: Page): Locator => page.getByTestId('judged');
const undo = (page: Page): Locator => page.getByTestId('notices').getByRole('button', { name: 'Undo' });

/** Until it was too loud for a while. */
const NINE_SECONDS = /^(9|\d\d)\.\d s$/;

test('a phrase by the space bar: saved at once, judged, there after a reload; both themes, 320 px, targets', async ({
  page
}) => {
  await openVoice(page);
  const first = await phrase(page).innerText();
  await page.keyboard.press('Space');
  await expect(record(page)).toHaveAttribute('data-phase', 'recording');
  await expect(page.getByTestId('voice-status')).toContainText('Good level');
  await expect(recorder(page).getByRole('meter')).toHaveAttribute('aria-valuetext', 'Good level');
  await expect(recorder(page).getByRole('timer')).toHaveText(THREE_SECONDS);
  await page.keyboard.press('Space');
  await expect(record(page)).toHaveAttribute('data-phase', 'idle');
  await expect(phrase(page)).not.toHaveText(first);
  await expect(judged(page)).toContainText(first);
  await expect(samples(page)).toContainText(first);
  await expect(page.getByTestId('phrases-done')).toHaveText(/^1 of/);
  await expect(page.getByTestId('track').first()).toHaveAttribute('data-done', '1');

  await allJudged(page, 1);
  await expect(judged(page)).toContainText(/clear/i);
  await expect(samples(page).getByTestId('verdict')).toHaveText(/clear/i);
  await expect(page.getByTestId('phrases-done')).toHaveText(/^1 of/);
  // It is a sample now, and nothing waits to be one.
  expect(await rowsOf(page, 'takes')).toEqual([]);

  await page.reload();
  await expect(samples(page)).toContainText(first);
  await expect(phrase(page)).not.toHaveText(first);
  await expect(page.getByTestId('take')).toHaveCount(0);
  await samples(page).getByRole('button', { name: /^Play/ }).click();
  await expect(samples(page).getByRole('button', { name: /^Pause/ })).toBeVisible();

  await expectAccessible(page);
  await expectFits(page);
  for (const part of [recorder(page), page.getByTestId('voice-samples')])
    for (const button of await part.locator('button:visible, select').all()) {
      const box = await button.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0), await button.innerText()).toBeGreaterThanOrEqual(
        44
      );
    }
  await record(page).click();
  await expect(page.getByTestId('voice-status')).toContainText('Good level');
  await expectFits(page);
  await expectAccessible(page, '', '[data-testid=voice-recorder]');
  await record(page).click();
  await page.getByTestId('voice-who').click();
  await expectFits(page);
  await expectAccessible(page, '', 'dialog[open]');
});

test('too loud: it says so at once and afterwards; kept all the same, or said again, which can be undone', async ({
  page
}) => {
  await openVoice(page);
  const first = await phrase(page).innerText();
  await record(page).click();
  await expect(page.getByTestId('voice-status')).toContainText('Too loud. Move back a little.');
  await expect(recorder(page).getByRole('timer')).toHaveText(NINE_SECONDS);
  await record(page).click();
  await allJudged(page, 1);
  await expect(samples(page)).toHaveAttribute('data-problem', 'clipped');
  await expect(judged(page)).toContainText('Say it again, a little further away.');
  await expect(page.getByTestId('phrases-done')).toHaveText(/^0 of/);

  await judged(page).getByRole('button', { name: 'Retake' }).click();
  await expect(phrase(page)).toHaveText(first);
  await expect(recorder(page)).toContainText('in place of the earlier take');
  await expect(record(page)).toBeFocused();
  await say(page, THREE_SECONDS);
  await expect(phrase(page)).not.toHaveText(first);
  await expect(page.getByTestId('notices')).toContainText('The earlier take was deleted.');
  await expect(samples(page)).toHaveCount(1);
  await undo(page).click();
  await allJudged(page, 2);

  await judged(page).getByRole('button', { name: 'Keep it all the same' }).click();
  await expect(record(page)).toBeFocused();
  await expect(samples(page).getByTestId('verdict').filter({ hasText: 'Kept: Clipped' })).toHaveCount(1);
  await expect(judged(page).getByRole('button', { name: 'Retake' })).toHaveCount(0);
});

test('another phrase, another kind, another language; start again', async ({ page }) => {
  await openVoice(page);
  const first = await phrase(page).innerText();
  await page.getByRole('button', { name: 'Another phrase' }).click();
  await expect(phrase(page)).not.toHaveText(first);
  await recorder(page)
    .getByRole('button', { name: /^Numbers/ })
    .click();
  await expect(phrase(page)).toContainText('platform nine');
  await recorder(page).getByLabel('Language of the phrases').selectOption('Français');
  await expect(phrase(page)).toHaveAttribute('lang', 'fr');

  await record(page).click();
  await expect(recorder(page).getByRole('timer')).toHaveText(/^[2-9]\.\d s$/);
  await page.getByRole('button', { name: 'Start again' }).click();
  await expect(recorder(page).getByRole('timer')).toHaveText(/^[01]\.\d s$/);
  await expect(record(page)).toHaveAttribute('data-phase', 'recording');
  await expect(page.getByTestId('notices')).toContainText('The recording is discarded.');
  await page.keyboard.press('Escape');
  await expect(record(page)).toHaveAttribute('data-phase', 'paused');
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(record(page)).toHaveAttribute('data-phase', 'idle');
  await expect(samples(page)).toHaveCount(0);
});

test('free speech is cut at its pauses', async ({ page }) => {
  await openVoice(page);
  await page.getByRole('tab', { name: 'Read aloud' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Speak freely' })).toHaveAttribute('aria-selected', 'true');
  await say(page, /^0:(09|1\d)$/);
  await expect(page.getByTestId('notices')).toContainText(/Cut into [2-9] recordings/);
  await expect(samples(page).nth(1)).toBeVisible();
  await allJudged(page, await samples(page).count());
  for (const sample of await samples(page).all())
    await expect(sample).toHaveAttribute('data-source', 'freestyle');
  expect(await rowsOf(page, 'takes')).toEqual([]);
});

test('files: one that is speech is judged, renamed, deleted and had back; one that is no sound says why', async ({
  page
}) => {
  await openVoice(page);
  const picker = page.getByTestId('voice-samples').locator('input[type=file]');
  await picker.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no sound') });
  await expect(page.getByTestId('notices')).toContainText('notes.txt');
  await expect(samples(page)).toHaveCount(0);
  await addSamples(page, SPEECH);
  await expect(samples(page)).toHaveAttribute('data-source', 'file');
  await expect(samples(page).getByTestId('verdict')).toHaveText(/clear/i);
  await expect(samples(page)).toContainText(/From a file, \d+\.\d s, \d+ dB over noise/);

  const more = samples(page).getByRole('button', { name: /^More for/ });
  await more.click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Name').fill('At the harbour');
  await sheet.getByRole('button', { name: 'Rename' }).click();
  await expect(samples(page)).toContainText('At the harbour');
  await expect(more).toBeFocused();

  await more.click();
  await sheet.getByRole('button', { name: 'Delete the recording' }).click();
  await expect(samples(page)).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Recordings' })).toBeFocused();
  await undo(page).click();
  await expect(samples(page)).toHaveCount(1);
  await page.reload();
  await allJudged(page, 1);
});

test('the page is lost in the middle: the take is offered here with its phrase, not among the messages', async ({
  page
}) => {
  await openVoice(page);
  const first = await phrase(page).innerText();
  await record(page).click();
  await expect(recorder(page).getByRole('timer')).toHaveText(THREE_SECONDS);
  await page.goto('/conversations/notes');
  await expect(page.getByRole('region', { name: 'New message' })).toBeVisible();
  await expect(page.getByTestId('take')).toHaveCount(0);
  await openVoice(page);
  const take = page.getByTestId('take');
  await expect(take).toContainText(first);
  await take.getByRole('button', { name: 'Add it' }).click();
  await expect(take).toHaveCount(0);
  await expect(record(page)).toBeFocused();
  await expect(samples(page)).toContainText(first);
  await allJudged(page, 1);
  expect(await rowsOf(page, 'takes')).toEqual([]);
});

test('messages become recordings only when they are ticked', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['en'] });
  await sendSpeechWithWords(page, 'We kept a seat for you at the long table.');
  await settled(page);
  await openVoice(page);
  await page.getByRole('button', { name: 'Use messages' }).click();
  const sheet = page.getByRole('dialog');
  const use = sheet.getByRole('button', { name: /^Use \d/ });
  await expect(sheet.getByRole('checkbox')).not.toBeChecked();
  await expect(use).toBeDisabled();
  await sheet.getByText('We kept a seat').click();
  await use.click();
  await expect(sheet).toHaveCount(0);
  await allJudged(page, 1);
  await expect(samples(page)).toHaveAttribute('data-source', 'message');
  await page.getByRole('button', { name: 'Use messages' }).click();
  await expect(sheet).toContainText('There is no message');
});

test('somebody else: added, in the address, asked for their consent; and back to oneself', async ({
  page
}) => {
  await openVoice(page);
  await page.getByTestId('voice-who').click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(sheet.getByRole('alert')).toHaveText('A name is needed.');
  await sheet.getByLabel('Their name').fill('Odile');
  await sheet.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page).toHaveURL(/\?who=/);
  await expect(page.getByTestId('voice-who')).toContainText('Odile');
  await page.getByTestId('consent-missing').getByRole('button').click();
  await expect(page.getByTestId('voice-privacy')).toBeInViewport();
  await page.reload();
  await expect(page.getByTestId('voice-who')).toContainText('Odile');

  await page.getByTestId('voice-who').click();
  await sheet.getByRole('button', { name: 'Rename Odile' }).click();
  await sheet.getByLabel('Name', { exact: true }).fill('Odile B.');
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(sheet.getByTestId('voice-person').nth(1)).toContainText('Odile B.');
  await sheet.getByTestId('voice-person').first().click();
  await expect(page).not.toHaveURL(/who=/);
  await expect(page.getByTestId('consent-missing')).toHaveCount(0);
});

test('a microphone that is refused says so, and nothing else changes', async ({ page }) => {
  await page.addInitScript(() => {
    if (!('mediaDevices' in navigator)) return;
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  });
  await openVoice(page);
  const before = await phrase(page).innerText();
  await record(page).click();
  await expect(page.getByTestId('voice-problem')).toHaveAttribute('data-code', 'audio/microphone-denied');
  await expect(record(page)).toHaveAttribute('data-phase', 'idle');
  await expect(record(page)).toBeFocused();
  await expect(phrase(page)).toHaveText(before);
});
