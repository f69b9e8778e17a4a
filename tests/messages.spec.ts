import { readFileSync } from 'node:fs';
import { expect, test } from './harness';
import {
  talkInPorto,
  HAS_STARTER_MODELS,
  lastMessage,
  openNotes,
  sendFile,
  settled,
  setSettings,
  SPEECH,
  typeMessage,
  wav
} from './messages';

// The app's own server answers; what offline use adds has its own test.
test.use({ serviceWorkers: 'block' });

const SENTENCE = 'We kept a seat for you at the long table.';

test('first visit: one click plays the sample in six languages, with nothing fetched that runs a model', async ({
  page
}) => {
  const heavy: string[] = [];
  page.on('request', (request) => {
    if (/\/(runtime|models)\//.test(request.url())) heavy.push(request.url());
  });
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Say it once/);
  await expect(page.getByRole('button', { name: 'Record your first message' })).toBeVisible();
  const sample = page.getByTestId('sample');
  await sample.getByRole('button', { name: 'Hear it in all six' }).click();
  for (const language of ['English', 'Français', 'Español', 'Deutsch', 'Italiano', 'Português']) {
    await expect(sample.getByRole('tab', { name: language })).toHaveAttribute('aria-selected', 'true');
    await expect(sample.locator('mark')).toBeVisible();
  }
  await expect(sample.getByRole('button', { name: 'Hear it in all six' })).toBeVisible();
  expect(heavy).toEqual([]);
});

test('typed: spoken in its own language, played with its words, edited, spoken again, downloaded', async ({
  page
}) => {
  await openNotes(page, { rerunStale: false, targetLanguages: ['en'] });
  await typeMessage(page, SENTENCE);
  expect(await settled(page)).toBe('ready');
  const card = lastMessage(page);
  const version = card.getByTestId('version');
  await expect(version).toContainText(SENTENCE);
  await expect(version).toContainText('Stock voice');
  await expect(version).toContainText('AI-generated');

  await version.getByRole('button', { name: /^Play/ }).click();
  await expect(version.locator('mark')).toBeVisible();
  await expect(version.locator('mark')).toHaveText(/table/);
  await expect(version.getByRole('button', { name: /^Play/ })).toBeVisible();

  for (const [format, magic] of [
    ['MP3', 'ID3'],
    ['WAV', 'RIFF'],
    ['OGG', 'OggS']
  ] as const) {
    const downloading = page.waitForEvent('download');
    await version.getByRole('button', { name: `Download as ${format}` }).click();
    const file = await downloading;
    expect(file.suggestedFilename()).toMatch(/^timbre-.*-en\./);
    const bytes = readFileSync(await file.path());
    expect(bytes.subarray(0, magic.length).toString('latin1')).toBe(magic);
    expect(
      bytes.includes('AI-generated speech') || bytes.includes(Buffer.from('AI-generated', 'utf16le'))
    ).toBe(true);
  }

  await card.getByRole('button', { name: 'Edit words' }).click();
  await card.getByRole('textbox', { name: 'Edit words' }).fill('We kept two seats for you.');
  await card.getByRole('button', { name: 'Save' }).click();
  await expect(version).toHaveAttribute('data-status', 'stale');
  await expect(version.getByRole('button', { name: /^Play/ })).toBeEnabled();
  await card.getByRole('tab', { name: /Stale English/ }).press('Enter');
  await expect(version).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  await expect(version).toContainText('We kept two seats for you.');
});

test('a file with its words is taken as it is, and comes back after a reload', async ({ page }) => {
  await openNotes(page);
  await page.locator('input[type=file]').setInputFiles(SPEECH);
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Spoken in').selectOption('en');
  await sheet.getByText('I have its words already').click();
  await sheet.getByRole('textbox').fill(`${SENTENCE} Come as you are.`);
  await sheet.getByRole('button', { name: 'Send' }).click();
  await settled(page);
  const card = lastMessage(page);
  await expect(card).toContainText(`${SENTENCE} Come as you are.`);
  await expect(card).toContainText('said in English');
  await page.reload();
  await expect(card).toContainText(`${SENTENCE} Come as you are.`);
  const wave = card.getByRole('slider').first();
  await expect(wave).toHaveAttribute('aria-valuemax', /^[34]$/);
  await card.getByRole('button', { name: /^Play/ }).first().click();
  await expect(card.getByRole('button', { name: /^Pause/ }).first()).toBeVisible();
});

test('a file without words is transcribed, with its language; before it is sent, all that this needs is asked for', async ({
  page
}) => {
  await openNotes(page, { targetLanguages: ['fr'] });
  const asked = new Set<string>();
  page.context().on('request', (request) => asked.add(new URL(request.url()).pathname));
  await page.locator('input[type=file]').setInputFiles('tests/fixtures/speech/en.wav');
  await expect(page.getByRole('dialog')).toBeVisible();
  if (HAS_STARTER_MODELS)
    for (const part of ['/starter/whisper/', '/starter/translation/', '/espeak'])
      await expect.poll(() => [...asked].some((path) => path.includes(part)), part).toBe(true);
  await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
  const status = await settled(page);
  const card = lastMessage(page);
  if (HAS_STARTER_MODELS) {
    expect(status).toBe('ready');
    await expect(card).toContainText('said in English');
    await expect(card).toContainText(/twenty minutes/i);
  } else expect(['ready', 'incomplete', 'failed', 'no-speech']).toContain(status);
});

test('Cancel answers, leaves a consistent message, and Retry takes it up again', async ({ page }) => {
  await openNotes(page);
  await sendFile(page, SPEECH);
  await lastMessage(page).getByRole('button', { name: 'Cancel' }).click();
  expect(await settled(page)).toBe('cancelled');
  await expect(page.getByTestId('problem').first()).toHaveAttribute('data-code', 'job/cancelled');
  await page.getByTestId('problem').first().getByRole('button', { name: 'Try again' }).click();
  await expect(lastMessage(page)).toHaveAttribute('data-status', /waiting|working/);
  expect(await settled(page)).not.toBe('cancelled');
});

test('closing the page in the middle loses nothing: the work goes on when it is back', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['en'] });
  await typeMessage(page, SENTENCE);
  await expect(lastMessage(page)).toBeVisible();
  await page.reload();
  expect(await settled(page)).toBe('ready');
  await expect(lastMessage(page)).toContainText(SENTENCE);
});

test('silence and noise: no speech found, and no invented words', async ({ page }) => {
  await openNotes(page);
  let state = 1;
  const noise = () => ((state = (state * 48271) % 2147483647) / 2147483647 - 0.5) * 0.02;
  for (const [name, sample] of [
    ['silence.wav', () => 0],
    ['noise.wav', noise]
  ] as const) {
    await sendFile(page, { name, mimeType: 'audio/wav', buffer: wav(3, sample) });
    expect(await settled(page), name).toBe('no-speech');
    await expect(lastMessage(page).getByTestId('problem')).toHaveAttribute('data-code', 'speech/none-found');
  }
});

test('files that can’t be used say why, in plain words, and the page lives on', async ({ page }) => {
  await openNotes(page);
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'letter.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') });
  await expect(page.getByRole('dialog')).toContainText('This file isn’t audio.');
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Send' })).toBeDisabled();
  await page.keyboard.press('Escape');

  const files = [
    { name: 'text.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('Not sound at all. '.repeat(200)) },
    { name: 'half.mp3', mimeType: 'audio/mpeg', buffer: readFileSync(SPEECH).subarray(0, 60) }
  ];
  for (const file of files) {
    await sendFile(page, file);
    expect(await settled(page), file.name).toBe('failed');
    await expect(lastMessage(page).getByTestId('problem')).toHaveAttribute('data-code', /^audio\//);
  }
  await setSettings(page, { targetLanguages: ['en'] });
  await typeMessage(page, SENTENCE);
  expect(await settled(page)).toBe('ready');
});

test('a full disk is said, and what could not be stored is still there in the tab', async ({ page }) => {
  // The browser remembers how much room there was at the first write: none may come before.
  await page.goto('/conversations/notes');
  const origin = new URL(page.url()).origin;
  const client = await page.context().newCDPSession(page);
  await client.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1024 });
  await typeMessage(page, SENTENCE);
  await expect(page.getByTestId('storage-full').first()).toBeVisible();
  await expect(lastMessage(page)).toContainText(SENTENCE);
  await settled(page);
  await client.send('Storage.overrideQuotaForOrigin', { origin });
  await expect(async () => {
    await page.getByRole('button', { name: 'Try to store them now' }).first().click();
    await expect(page.getByTestId('storage-full')).toHaveCount(0, { timeout: 2000 });
  }).toPass({ timeout: 60_000 });
  await page.reload();
  await expect(lastMessage(page)).toContainText(SENTENCE);
});

test('found by its words, deleted, and taken back', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['en'] });
  await typeMessage(page, SENTENCE);
  await settled(page);
  await page.getByRole('button', { name: 'Search messages' }).click();
  await page.getByRole('searchbox').fill('tabl seat');
  await expect(page.getByRole('link', { name: /Notes to self/ })).toContainText(SENTENCE);
  await page.getByRole('searchbox').fill('nowhere');
  await expect(page.getByText('Nothing here has these words.')).toBeVisible();

  await lastMessage(page).getByRole('button', { name: 'More for this message' }).click();
  await page.getByRole('button', { name: 'Delete the message' }).click();
  await expect(page.getByTestId('message')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(lastMessage(page)).toContainText(SENTENCE);
});

test('people decide in which languages a conversation is heard', async ({ page }) => {
  await openNotes(page);
  await talkInPorto(page);
  const sheet = page.getByRole('dialog');
  await expect(page.getByRole('button', { name: /Everyone hears it in/ })).toContainText('FR');
  await page.getByRole('button', { name: 'People', exact: true }).click();
  await sheet.getByRole('button', { name: 'Change Camille' }).click();
  await sheet.getByLabel('Their language').selectOption('de');
  await sheet.getByRole('button', { name: 'Save' }).click();
  await expect(sheet).toContainText('hears German');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /Everyone hears it in/ })).toContainText('DE');
});

test.describe('in French', () => {
  test.use({ locale: 'fr-FR' });
  test('the whole way, in French', async ({ page }) => {
    await openNotes(page, { targetLanguages: ['fr'] });
    await page.getByRole('button', { name: 'L’écrire' }).click();
    await page.getByLabel('Votre message').fill('Je serai là demain matin.');
    await page.getByRole('button', { name: 'Envoyer' }).click();
    expect(await settled(page)).toBe('ready');
    await expect(lastMessage(page)).toContainText('écrit en français');
    await expect(lastMessage(page).getByRole('tab', { name: /Prêt français/ })).toBeVisible();
    await expect(lastMessage(page).locator('p[lang=fr][dir=auto]').first()).toBeVisible();
  });
});
