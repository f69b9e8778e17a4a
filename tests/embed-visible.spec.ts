/** The frame that is seen: a recorder in the host's own chat, in French, and the person's own window for their voice. */
import type { Page } from '@playwright/test';
import type { Speech, VoiceModel } from '../embed/src/protocol';
import {
  answered,
  answerSheet,
  call,
  CLINIC,
  expect,
  expectFailure,
  inFrame,
  openHost,
  question,
  sheet,
  test,
  valueOf
} from './embed';
import { addSamples, ONE_VOICE, openVoice, SPEECH_FILE, train } from './voice';

test.use({ microphone: SPEECH_FILE });

test('a message is recorded in the frame, sent, and stands in the host’s chat; all of it in French', async ({
  page
}) => {
  await openHost(page, 'to=fr,es&fr');
  await expect(inFrame(page).locator('html')).toHaveAttribute('lang', 'fr');
  await inFrame(page)
    .getByRole('button', { name: `Autoriser ${CLINIC}` })
    .click();
  const asked = sheet(page);
  await expect(question(page)).toHaveText(`Autoriser ${CLINIC} à utiliser Timbre ?`);
  const once = asked.getByRole('button', { name: 'Autoriser une fois' });
  await expect(once).toHaveAttribute('aria-disabled', 'false');
  await once.click();

  await inFrame(page).getByRole('button', { name: 'Enregistrer', exact: true }).click();
  const timer = inFrame(page).getByRole('timer');
  await expect(timer).toHaveText(/^0:0[3-9]/);
  await inFrame(page).getByRole('button', { name: 'Terminer' }).click();
  const made = inFrame(page).getByTestId('message');
  await expect(made).toHaveAttribute('data-status', 'ready', { timeout: 90_000 });
  // The host has nothing before the person presses Send.
  await expect(page.locator('#messages > li')).toHaveCount(3);
  await made.getByRole('button', { name: 'Envoyer' }).click();
  const bubble = page.locator('#messages > li').nth(3);
  await expect(bubble.locator('.version')).toHaveCount(2);
  await expect(bubble.getByLabel('What you said')).toHaveJSProperty('error', null);
  const spoken = bubble.getByLabel('Your message in French');
  await expect.poll(() => spoken.evaluate((audio: HTMLAudioElement) => audio.duration)).toBeGreaterThan(0.5);
  await expect(bubble.locator('p[lang=es]')).toHaveText(/\w/);
  await expect(inFrame(page).getByTestId('given')).toBeVisible();
});

test('headless, the page records by itself and shows its own progress', async ({ page }) => {
  await openHost(page, 'headless&to=fr');
  await expect(page.locator('#timbre iframe')).toHaveAttribute('aria-hidden', 'true');
  await page.getByRole('button', { name: 'Record' }).click();
  const stop = page.getByRole('button', { name: 'Stop and send' });
  await expect(stop).toBeVisible();
  await page.waitForTimeout(2000);
  await stop.click();
  await answerSheet(page, 'Allow once');
  await expect(page.locator('#messages .version')).toHaveCount(1, { timeout: 90_000 });
  await expect(page.locator('#timbre iframe')).toHaveAttribute('aria-hidden', 'true');
});

test('the person’s own voice answers from their own window of Timbre, for as long as that is open', async ({
  page
}) => {
  test.setTimeout(240_000);
  await openVoice(page);
  await addSamples(page, ONE_VOICE.slice(0, 1));
  await train(page, 1);
  // With its service worker, as the app is on a second visit: it must not cut the window off from the frame.
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);

  await openHost(page, 'to=fr&developer');
  const asking = await call(page, 'requestPermission', { may: ['process', 'voice'] });
  await answerSheet(page, 'Allow once');
  await valueOf(asking);
  const here = await answered<Speech>(page, 'synthesize', { language: 'fr', text: 'Bonne nuit.' });
  expect(here.fidelity).toBe('stock');

  const own = await openOwnWindow(page);
  expect(await own.evaluate(() => opener !== null)).toBe(true);
  await answerSheet(own, 'Always allow', ['voice']);
  await expect.poll(() => page.evaluate(() => globalThis.timbre.place)).toBe('window');
  expect(await page.evaluate(() => globalThis.timbre.granted)).toEqual(['process', 'voice']);
  const there = await answered<Speech>(page, 'synthesize');
  expect(there.fidelity).toBe('matched');
  expect(await answered<VoiceModel>(page, 'getVoiceModel')).toMatchObject({ version: 1 });

  // What was allowed there for good stands in the settings, and is taken back there.
  const settings = await page.context().newPage();
  await settings.goto('/settings');
  const row = settings.getByTestId('host');
  await expect(row).toContainText(CLINIC);
  await row.getByRole('button', { name: 'Take back: Speak in your voice' }).click();
  await expect.poll(() => page.evaluate(() => globalThis.timbre.granted)).toEqual(['process']);
  await settings.close();
  expect(await answered<Speech>(page, 'synthesize')).toMatchObject({ fidelity: 'stock' });

  const running = await call(page, 'processAudioMessage', { audio: SPEECH_FILE, to: 'fr, es, de, it' });
  await expect(running).toContainText('%');
  await own.close();
  await expectFailure(running, 'embed/disconnected');
  await expect.poll(() => page.evaluate(() => globalThis.timbre.place)).toBe('frame');
  expect(await answered<Speech>(page, 'synthesize')).toMatchObject({ fidelity: 'stock' });
});

async function openOwnWindow(page: Page): Promise<Page> {
  const opening = page.context().waitForEvent('page');
  await inFrame(page).getByRole('button', { name: 'Open Timbre in a window' }).click();
  return opening;
}
