/**
 * From recordings to a voice model and to messages that are spoken in it, and the way back: versions, consent, deleting.
 * One voice of eSpeak NG stands for the person; what is asked is what becomes of it, never how good it sounds.
 */
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { expect, test } from './harness';
import { lastMessage, openNotes, rowsOf, sendFile, settled, typeMessage, type FileToSend } from './messages';

// A training fits the base voice to the person: seconds of work for every core there is.
test.describe.configure({ timeout: 360_000 });
test.use({ serviceWorkers: 'block', microphone: 'tests/fixtures/speech/en.wav' });

const SPEECH_FILE = 'tests/fixtures/speech/en.wav';
/** The speaker encoder's weights. */
const ENCODER = /\/models\/starter\/speaker\/.*\.onnx/;

/** A part of the English speech as a WAV file of its own, in seconds. */
function said(name: string, from: number, to: number): FileToSend {
  const whole = readFileSync(SPEECH_FILE);
  const data = whole.indexOf('data') + 8;
  const bytesPerSecond = whole.readUInt32LE(28);
  const at = (seconds: number) => data + 2 * Math.round((seconds * bytesPerSecond) / 2);
  const buffer = Buffer.concat([whole.subarray(0, data), whole.subarray(at(from), at(to))]);
  buffer.writeUInt32LE(buffer.length - 8, 4);
  buffer.writeUInt32LE(buffer.length - data, data - 4);
  return { name: `${name}.wav`, mimeType: 'audio/wav', buffer };
}
const ONE_VOICE = [said('whole', 0, 5.4), said('beginning', 0, 3), said('end', 2.4, 5.4)];

const model = (page: Page): Locator => page.getByTestId('voice-model');
const training = (page: Page): Locator => page.getByTestId('training');
const privacy = (page: Page): Locator => page.getByTestId('voice-privacy');
const samples = (page: Page): Locator => page.getByTestId('sample');
const versionRow = (page: Page, version: number) => model(page).locator(`[data-version="${version}"]`);

async function openVoice(page: Page): Promise<void> {
  await page.goto('/voice');
  await expect(model(page)).toBeVisible();
}

/** Brings files in as recordings, and waits until each was looked at. */
async function addSamples(page: Page, files: readonly FileToSend[]): Promise<void> {
  const before = await samples(page).count();
  await page
    .getByTestId('voice-samples')
    .locator('input[type=file]')
    .setInputFiles([...files]);
  await expect(samples(page)).toHaveCount(before + files.length);
  await expect(page.locator('[data-testid=sample]:not([data-status=completed])')).toHaveCount(0, {
    timeout: 90_000
  });
}

async function train(page: Page, version: number): Promise<void> {
  await training(page)
    .getByRole('button', { name: `Train version ${version}` })
    .click();
  await expect(model(page)).toHaveAttribute('data-version', String(version), { timeout: 90_000 });
  await expect(training(page)).toHaveAttribute('data-status', 'completed');
}

async function expectNoViolations(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  }
}

async function expectFits(page: Page): Promise<void> {
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
}

/** Recordings as if nobody had listened to them yet, so that a training has to. */
async function forgetVoiceprints(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((done, failed) => {
        const request = indexedDB.open('timbre');
        request.onerror = () => failed(request.error);
        request.onsuccess = () => {
          const transaction = request.result.transaction('samples', 'readwrite');
          const table = transaction.objectStore('samples');
          const rows = table.getAll();
          rows.onsuccess = () => {
            for (const row of rows.result as object[]) table.put({ ...row, embedding: null });
          };
          transaction.oncomplete = () => {
            request.result.close();
            done();
          };
          transaction.onerror = () => failed(transaction.error);
        };
      })
  );
}

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
  await expectNoViolations(page);
  await expectFits(page);
});

test('recordings are trained, a message is spoken in the voice, trained again, and back to version 1', async ({
  page
}) => {
  await openNotes(page, { targetLanguages: ['fr'] });
  await openVoice(page);
  await addSamples(page, ONE_VOICE);
  await expect(training(page).getByTestId('material')).toContainText('3 recordings');
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
  await expectNoViolations(page);

  await page.goto('/conversations/notes');
  await sendFile(page, SPEECH_FILE);
  expect(await settled(page)).toBe('ready');
  await expect(lastMessage(page).getByTestId('version')).toContainText('Matched');
  // A young voice model is used as it is.
  expect(await rowsOf(page, 'voiceModels')).toHaveLength(1);

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
  await expectNoViolations(page);
  await expectFits(page);
});

test('a page that is lost in the middle of a training goes on with it; a training can be stopped', async ({
  page
}) => {
  await openVoice(page);
  await addSamples(page, ONE_VOICE);
  await forgetVoiceprints(page);
  let arrive = await holdEncoder(page);
  await page.reload();
  await training(page).getByRole('button', { name: 'Train version 1' }).click();
  const progress = training(page).getByTestId('training-progress');
  const listening = progress.locator('[data-step=embed]');
  await expect(listening).toHaveAttribute('aria-current', 'step');
  await expect(progress.getByRole('progressbar', { name: 'Training' })).toBeVisible();
  await expect(training(page).getByRole('heading')).toHaveText('Training version 1');
  await expectNoViolations(page);

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

test('another person: the wrong words are refused, the consent is kept, played and withdrawn', async ({
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
  const recorder = page.getByTestId('consent-recorder');
  await expect(recorder.getByTestId('consent-sentence')).toHaveText(
    'I, Ada, allow Timbre to model my voice on this device.'
  );
  await expect(training(page).getByTestId('material')).toHaveAttribute('data-missing', 'consent');
  await recorder.getByLabel('Language of the sentence').selectOption('fr');
  await expect(recorder.getByTestId('consent-sentence')).toHaveAttribute('lang', 'fr');
  await recorder.getByLabel('Language of the sentence').selectOption('en');
  await expectNoViolations(page);

  const file = recorder.getByTestId('consent-file');
  await file.setInputFiles(said('a word', 0.2, 1));
  await expect(recorder.getByTestId('consent-problem')).toHaveAttribute('data-code', 'voice/consent-words', {
    timeout: 60_000
  });
  await file.setInputFiles('package.json');
  await expect(recorder.getByTestId('consent-problem')).toHaveAttribute('data-code', 'audio/not-audio');

  await file.setInputFiles({ name: 'ada.wav', mimeType: 'audio/wav', buffer: sentence });
  const consent = page.getByTestId('consent');
  await expect(consent).toBeVisible({ timeout: 60_000 });
  await expect(consent).toContainText('I, Ada, allow Timbre to model my voice on this device.');
  await expect(consent).toContainText(/Recorded on .*20\d\d/);
  await consent.getByRole('button', { name: 'Play Consent of Ada' }).click();
  await expect(consent.getByRole('slider')).not.toHaveAttribute('aria-valuetext', /^0:00/);
  await addSamples(page, ONE_VOICE);
  await train(page, 1);
  await expectNoViolations(page);

  await consent.getByRole('button', { name: 'Withdraw the consent' }).click();
  const ask = page.getByRole('dialog', { name: 'Withdraw Ada’s consent?' });
  await expect(ask).toContainText('The voice model goes with it');
  await expectNoViolations(page);
  await ask.getByRole('button', { name: 'Withdraw the consent' }).click();
  await expect(consent).toHaveCount(0);
  await expect(recorder).toBeVisible();
  await expect(privacy(page).getByRole('heading', { level: 2, name: 'Consent and privacy' })).toBeFocused();
  await expect(model(page)).toContainText('Stock voice');
  await expect(samples(page)).toHaveCount(ONE_VOICE.length);
  expect(await rowsOf(page, 'voiceModels')).toEqual([]);
  await expectFits(page);
});

test.describe('with a microphone', () => {
  test('the sentence is recorded: level, stop, Cancel', async ({ page }) => {
    await openVoice(page);
    await page.getByTestId('voice-who').click();
    await page.getByRole('dialog').getByRole('textbox').last().fill('Ada');
    await page.getByRole('dialog').getByRole('textbox').last().press('Enter');
    const recorder = page.getByTestId('consent-recorder');
    const record = recorder.getByRole('button', { name: 'Record the sentence' });
    await record.focus();
    await page.keyboard.press('Enter');
    await expect(recorder).toHaveAttribute('data-phase', 'recording');
    await expect(recorder.getByRole('meter', { name: 'Level' })).toHaveAttribute(
      'aria-valuetext',
      'Good level'
    );
    await expect(recorder.getByRole('timer')).toHaveText(/^0:(0[1-9]|[1-5]\d)$/);
    await expectNoViolations(page);
    await recorder.getByRole('button', { name: 'Cancel' }).click();
    await expect(record).toBeFocused();

    await page.keyboard.press('Enter');
    await expect(recorder.getByRole('timer')).toHaveText(/^0:(0[6-9]|[1-5]\d)$/);
    await recorder.getByRole('button', { name: 'Stop and check' }).click();
    await expect(recorder).toHaveAttribute('data-phase', 'checking');
    await recorder.getByRole('button', { name: 'Cancel' }).click();
    await expect(recorder).toHaveAttribute('data-phase', 'idle');
    await expect(recorder.getByTestId('consent-problem')).toHaveCount(0);
    expect(await rowsOf(page, 'takes')).toEqual([]);
  });
});

test('everything is exported, then deleted: no table has anything of it', async ({ page }) => {
  await openVoice(page);
  await addSamples(page, ONE_VOICE);
  await train(page, 1);
  const downloading = page.waitForEvent('download');
  await privacy(page).getByRole('button', { name: 'Export everything' }).click();
  const file = await downloading;
  expect(file.suggestedFilename()).toMatch(/^timbre-.*-voice\.zip$/);
  const zip = readFileSync(await file.path());
  expect(zip.subarray(0, 2).toString('latin1')).toBe('PK');
  expect(zip.includes('voice.json')).toBe(true);
  expect(zip.includes('samples/3.wav')).toBe(true);

  const erase = privacy(page).getByRole('button', { name: 'Delete everything of this voice' });
  await erase.click();
  const ask = page.getByRole('dialog', { name: 'Delete everything of your voice?' });
  await expect(ask).toContainText('3 recordings');
  await expectNoViolations(page);
  await ask.getByRole('button', { name: 'Cancel' }).click();
  await expect(erase).toBeFocused();
  expect(await rowsOf(page, 'samples')).toHaveLength(3);

  await erase.click();
  await ask.getByRole('button', { name: 'Delete everything of this voice' }).click();
  await expect(privacy(page).getByTestId('erased')).toContainText('nothing of them is left');
  await expect(samples(page)).toHaveCount(0);
  await expect(model(page)).toContainText('Stock voice');
  for (const table of ['samples', 'trainings', 'voiceModels', 'audio', 'takes', 'takeChunks'])
    expect(await rowsOf(page, table), table).toEqual([]);
  const profiles = (await rowsOf(page, 'profiles')) as { id: string; modelVersion: number | null }[];
  expect(profiles).toMatchObject([{ id: 'me', modelVersion: null, consent: null }]);
});
