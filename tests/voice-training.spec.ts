/**
 * From recordings to a voice model and to messages that are spoken in it, and the way back: versions, consent, deleting.
 * One voice of eSpeak NG stands for the person; what is asked is what becomes of it, never how good it sounds.
 */
import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { expectAccessible } from './accessible';
import { expect, test } from './harness';
import { lastMessage, openNotes, rowsOf, settled, typeMessage } from './messages';
import { recordAndSend } from './spoken';
import {
  addSamples,
  allJudged,
  changeRows,
  expectFits,
  keepOtherWords,
  model,
  ONE_VOICE,
  openVoice,
  privacy,
  record,
  recorder,
  said,
  samples,
  say,
  SPEECH_FILE,
  THREE_SECONDS,
  train,
  training
} from './voice';

// A training fits the base voice to the person: seconds of work for every core there is.
test.describe.configure({ timeout: 360_000 });
test.use({ serviceWorkers: 'block', microphone: SPEECH_FILE });

/** The speaker encoder's weights. */
const ENCODER = /\/models\/starter\/speaker\/.*\.onnx/;

const versionRow = (page: Page, version: number) => model(page).locator(`[data-version="${version}"]`);

/** Recordings as if nobody had listened to them yet, so that a training has to. */
const forgetVoiceprints = (page: Page) => changeRows(page, 'samples', { put: { embedding: null } });

/** The speaker encoder stays away until the answer is called. */
async function holdEncoder(page: Page): Promise<() => void> {
  let arrive = () => {};
  const arrived = new Promise<void>((done) => (arrive = done));
  await page.route(ENCODER, async (route) => {
    await arrived;
    await route.continue();
  });
  return arrive;
}

test('without recordings the page says what is missing; it fits a phone, in both themes', async ({
  page
}) => {
  await openVoice(page);
  await expect(training(page).getByTestId('material')).toHaveAttribute('data-missing', 'samples');
  await expect(training(page)).toContainText('There are no recordings yet.');
  await expect(training(page).getByRole('button', { name: 'Train version 1' })).toBeDisabled();
  await expect(model(page)).toContainText('Stock voice');
  await expect(privacy(page)).toContainText('Nothing is kept of this voice.');
  await expect(privacy(page)).toContainText('There is no switch for that.');
  // Whose device it is consents by recording.
  await expect(page.getByTestId('consent-recorder')).toHaveCount(0);
  await expectAccessible(page);
  await expectFits(page);
});

test('phrases are read out and trained, what is said then is spoken in that voice, and all of it goes again', async ({
  page
}) => {
  await openNotes(page, { targetLanguages: ['fr'] });
  await openVoice(page);
  await test.step('a guided session by the microphone, and a file', async () => {
    for (const count of [1, 2]) {
      await say(page, THREE_SECONDS);
      await allJudged(page, count);
      await keepOtherWords(page);
    }
    await expect(page.getByTestId('phrases-done')).toHaveText(/^2 of/);
    await addSamples(page, [said('end', 2.4, 5.4)]);
    await expect(training(page).getByTestId('material')).toContainText('3 recordings');
  });

  await test.step('a training makes version 1 of them', async () => {
    await train(page, 1);
    const picture = model(page).getByRole('img', { name: 'The voice model, version 1' });
    await expect(picture).toHaveAccessibleDescription(/3 recordings lie round the centre.*to be admitted/s);
    for (const name of ['Confidence', 'Quality'])
      await expect(model(page).getByRole('meter', { name })).toHaveAttribute('aria-valuenow', /^0\.\d+$|^1$/);
    await expect(model(page)).toContainText('Made today');
    await expect(model(page).getByTestId('engines')).toContainText('Matched');
    await model(page).getByText('Each recording in figures').click();
    await expect(model(page).getByRole('group').getByRole('listitem')).toHaveCount(3);
    await expect(privacy(page)).toContainText(/3 recordings and 1 version of the voice model, \d/);
  });

  await test.step('a recorded message is spoken in the voice, and its file says whose it is', async () => {
    await page.goto('/conversations/notes');
    await recordAndSend(page, 'en');
    expect(await settled(page)).toBe('ready');
    await expect(lastMessage(page).getByTestId('version')).toContainText('Matched');
    expect(await rowsOf(page, 'versions')).toMatchObject([
      { language: 'fr', audio: { fidelity: 'matched' } }
    ]);
    const downloading = page.waitForEvent('download');
    await lastMessage(page).getByRole('button', { name: 'Download as WAV' }).click();
    const file = readFileSync(await (await downloading).path());
    expect(file.includes('AI-generated speech (Timbre), language fr, in the voice of')).toBe(true);
    expect(file.includes('(matched)')).toBe(true);
    // A young voice model is used as it is.
    expect(await rowsOf(page, 'voiceModels')).toHaveLength(1);
  });

  await test.step('trained again, and one click back or forth', async () => {
    await openVoice(page);
    await expect(training(page)).toContainText('Nothing is new since version 1.');
    await addSamples(page, [said('middle', 1.2, 4.2)]);
    await expect(training(page)).toContainText('One of them is new since version 1.');
    await train(page, 2);
    await expect(training(page).getByRole('heading')).toBeFocused();
    await expect(
      model(page).getByRole('img', { name: /^Confidence by version: version 1 \d.*version 2 \d/ })
    ).toBeVisible();
    await model(page).getByRole('button', { name: 'Go back to 1' }).click();
    await expect(model(page)).toHaveAttribute('data-version', '1');
    await expect(versionRow(page, 1)).toHaveAttribute('data-in-use', 'true');
    await expect(model(page).getByRole('list', { name: 'Versions' })).toBeFocused();
    await page.reload();
    await expect(model(page)).toHaveAttribute('data-version', '1');
    await model(page).getByRole('button', { name: 'Use version 2' }).click();
    await expect(model(page)).toHaveAttribute('data-version', '2');
    await expectAccessible(page);
  });

  await test.step('a recording is deleted, and its share in the voice model with it', async () => {
    await samples(page)
      .filter({ hasText: 'end.wav' })
      .getByRole('button', { name: /^More for/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the recording' }).click();
    const notice = page.getByTestId('notices').getByText('so does its share in the voice model');
    await expect(notice).toBeVisible();
    await expect(model(page)).toHaveAttribute('data-version', '2');
    // As long as it could be had back, nothing changed; the tab that could is gone now.
    await page.reload();
    await expect(model(page)).toHaveAttribute('data-version', '3');
    await expect(model(page).getByTestId('remade')).toContainText('made anew without it');
    await expect(model(page).getByTestId('versions').getByRole('listitem')).toHaveCount(1);
    await expect(model(page).getByTestId('engines')).toContainText('Matched');
  });

  await test.step('everything is exported', async () => {
    const downloading = page.waitForEvent('download');
    await privacy(page).getByRole('button', { name: 'Export everything' }).click();
    const file = await downloading;
    expect(file.suggestedFilename()).toMatch(/^timbre-.*-voice\.zip$/);
    const zip = readFileSync(await file.path());
    expect(zip.subarray(0, 2).toString('latin1')).toBe('PK');
    expect(zip.includes('voice.json')).toBe(true);
    expect(zip.includes('samples/3.wav')).toBe(true);
  });

  await test.step('everything is deleted: no table has anything of it', async () => {
    const erase = privacy(page).getByRole('button', { name: 'Delete everything of this voice' });
    await erase.click();
    const ask = page.getByRole('dialog', { name: 'Delete everything of your voice?' });
    await expect(ask).toContainText('3 recordings');
    await expectAccessible(page, '', 'dialog[open]');
    await ask.getByRole('button', { name: 'Cancel' }).click();
    await expect(erase).toBeFocused();
    expect(await rowsOf(page, 'samples')).toHaveLength(3);

    await erase.click();
    await ask.getByRole('button', { name: 'Delete everything of this voice' }).click();
    await expect(privacy(page).getByTestId('erased')).toContainText('nothing of them is left');
    await expect(samples(page)).toHaveCount(0);
    await expect(model(page)).toContainText('Stock voice');
    for (const table of ['samples', 'trainings', 'voiceModels', 'takes', 'takeChunks'])
      expect(await rowsOf(page, table), table).toEqual([]);
    const [message] = (await rowsOf(page, 'messages')) as { id: string }[];
    const sounds = (await rowsOf(page, 'audio')) as { messageId: string }[];
    expect(new Set(sounds.map(({ messageId }) => messageId))).toEqual(new Set([message?.id]));
    const profiles = (await rowsOf(page, 'profiles')) as { id: string; modelVersion: number | null }[];
    expect(profiles).toMatchObject([{ id: 'me', modelVersion: null, consent: null }]);
  });
  await expectFits(page);
});

test('a page that is lost in the middle of a training goes on with it; a training can be stopped', async ({
  page
}) => {
  await openVoice(page);
  await addSamples(page, ONE_VOICE.slice(0, 2));
  await forgetVoiceprints(page);
  let arrive = await holdEncoder(page);
  await page.reload();
  await training(page).getByRole('button', { name: 'Train version 1' }).click();
  const progress = training(page).getByTestId('training-progress');
  const listening = progress.locator('[data-step=embed]');
  await expect(listening).toHaveAttribute('aria-current', 'step');
  await expect(progress.getByRole('progressbar', { name: 'Training' })).toBeVisible();
  await expect(training(page).getByRole('heading')).toHaveText('Training version 1');
  await expectAccessible(page, '', '[data-testid=training]');

  await page.reload();
  await expect(listening).toHaveAttribute('aria-current', 'step');
  arrive();
  await expect(model(page)).toHaveAttribute('data-version', '1', { timeout: 90_000 });
  expect(await rowsOf(page, 'trainings')).toHaveLength(1);

  await forgetVoiceprints(page);
  arrive = await holdEncoder(page);
  await page.reload();
  await training(page).getByRole('button', { name: 'Train version 2' }).click();
  await expect(training(page)).toContainText('Version 1 keeps speaking until this one is ready.');
  await expect(listening).toHaveAttribute('aria-current', 'step');
  await progress.getByRole('button', { name: 'Cancel' }).click();
  await expect(training(page)).toHaveAttribute('data-status', 'cancelled');
  await expect(training(page)).toContainText('The last training was stopped. Nothing changed.');
  await expect(training(page).getByRole('heading')).toBeFocused();
  await expect(model(page)).toHaveAttribute('data-version', '1');
  arrive();
  expect(await rowsOf(page, 'voiceModels')).toHaveLength(1);
});

test('another person: the sentence is recorded, other words are refused, the consent is kept, played and withdrawn', async ({
  page
}) => {
  // The sentence as somebody says it: spoken by a base voice.
  await openNotes(page, { targetLanguages: ['en'] });
  await typeMessage(page, 'I, Ada, allow Timbre to model my voice on this device.');
  expect(await settled(page)).toBe('ready');
  const downloading = page.waitForEvent('download');
  await lastMessage(page).getByRole('button', { name: 'Download as WAV' }).click();
  const sentence = readFileSync(await (await downloading).path());

  await openVoice(page);
  await page.getByTestId('voice-who').click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('textbox').last().fill('Ada');
  await sheet.getByRole('textbox').last().press('Enter');
  const asked = page.getByTestId('consent-recorder');
  await expect(asked.getByTestId('consent-sentence')).toHaveText(
    'I, Ada, allow Timbre to model my voice on this device.'
  );
  await expect(training(page).getByTestId('material')).toHaveAttribute('data-missing', 'consent');
  await asked.getByLabel('Language of the sentence').selectOption('fr');
  await expect(asked.getByTestId('consent-sentence')).toHaveAttribute('lang', 'fr');
  await asked.getByLabel('Language of the sentence').selectOption('en');
  await expectAccessible(page);

  await test.step('by the microphone: level, Cancel, the space bar; one recorder at a time', async () => {
    const begin = asked.getByRole('button', { name: 'Record the sentence' });
    const elsewhere = () => page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await begin.focus();
    await page.keyboard.press('Enter');
    await expect(asked).toHaveAttribute('data-phase', 'recording');
    await expect(asked.getByRole('meter', { name: 'Level' })).toHaveAttribute('aria-valuetext', 'Good level');
    await expect(asked.getByRole('timer')).toHaveText(/^0:(0[1-9]|[1-5]\d)$/);
    await expectAccessible(page, '', '[data-testid=consent-recorder]');
    // The other one is out of reach meanwhile.
    await record(page).click({ force: true });
    await page.keyboard.press('r');
    await expect(record(page)).toHaveAttribute('data-phase', 'idle');
    await expect(record(page)).toHaveAttribute('aria-disabled', 'true');
    await expect(page.getByTestId('voice-status')).toContainText('Something else is being recorded');
    await asked.getByRole('button', { name: 'Cancel' }).click();
    await expect(begin).toBeFocused();

    await elsewhere();
    await page.keyboard.press('Space');
    await expect(record(page)).toHaveAttribute('data-phase', 'recording');
    await expect(begin).toBeDisabled();
    await expect(asked).toContainText('Something else is being recorded');
    await expect(recorder(page).getByRole('timer')).toHaveText(/^[1-9]\.\d s$/);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Discard' }).click();

    await begin.click();
    await expect(asked.getByRole('timer')).toHaveText(/^0:(0[2-9]|[1-5]\d)$/);
    await elsewhere();
    await page.keyboard.press('Space');
    await expect(asked).toHaveAttribute('data-phase', 'checking');
    await expect(record(page)).toHaveAttribute('data-phase', 'idle');
    await asked.getByRole('button', { name: 'Cancel' }).click();
    await expect(asked).toHaveAttribute('data-phase', 'idle');
    await expect(asked.getByTestId('consent-problem')).toHaveCount(0);
  });

  const file = asked.getByTestId('consent-file');
  await file.setInputFiles(said('a word', 0.2, 1));
  await expect(asked.getByTestId('consent-problem')).toHaveAttribute('data-code', 'voice/consent-words', {
    timeout: 60_000
  });
  await file.setInputFiles('package.json');
  await expect(asked.getByTestId('consent-problem')).toHaveAttribute('data-code', 'audio/not-audio');

  await file.setInputFiles({ name: 'ada.wav', mimeType: 'audio/wav', buffer: sentence });
  const consent = page.getByTestId('consent');
  await expect(consent).toBeVisible({ timeout: 60_000 });
  await expect(consent).toContainText('I, Ada, allow Timbre to model my voice on this device.');
  await expect(consent).toContainText(/Recorded on .*20\d\d/);
  await consent.getByRole('button', { name: 'Play Consent of Ada' }).click();
  await expect(consent.getByRole('slider')).not.toHaveAttribute('aria-valuetext', /^0:00/);
  await addSamples(page, ONE_VOICE);
  await forgetVoiceprints(page);
  const arrive = await holdEncoder(page);
  await page.reload();
  await training(page).getByRole('button', { name: 'Train version 1' }).click();
  await expect(training(page).getByTestId('training-progress')).toBeVisible();

  await consent.getByRole('button', { name: 'Withdraw the consent' }).click();
  const ask = page.getByRole('dialog', { name: 'Withdraw Ada’s consent?' });
  await expect(ask).toContainText('The voice model goes with it');
  await expectAccessible(page, '', 'dialog[open]');
  await ask.getByRole('button', { name: 'Withdraw the consent' }).click();
  await expect(consent).toHaveCount(0);
  await expect(asked).toBeVisible();
  await expect(privacy(page).getByRole('heading', { level: 2, name: 'Consent and privacy' })).toBeFocused();
  await expect(model(page)).toContainText('Stock voice');
  await expect(samples(page)).toHaveCount(ONE_VOICE.length);
  // The training that was under way ended with it.
  await expect(training(page)).toHaveAttribute('data-status', 'cancelled');
  arrive();
  expect(await rowsOf(page, 'voiceModels')).toEqual([]);
  await expectFits(page);
});
