/** What tests of messages share: sound to feed in, the models to use, and ways to wait. */
import { existsSync } from 'node:fs';
import type { Frame, Locator, Page } from '@playwright/test';
import { expect } from './harness';

/** Real words need the trained models; until they are in the repository, models of the same layout stand in. */
export const HAS_STARTER_MODELS =
  existsSync('models/starter/whisper/config.json') && existsSync('models/starter/translation/config.json');

export const SPEECH = 'static/sample/en.mp3';

/** 16-bit mono WAV. @param sample value −1…1 at a time in seconds. */
export function wav(seconds: number, sample: (at: number) => number, rateHz = 16_000): Buffer {
  const count = Math.round(seconds * rateHz);
  const buffer = Buffer.alloc(44 + count * 2);
  buffer.write('RIFF', 0);
  buffer.writeUInt32LE(36 + count * 2, 4);
  buffer.write('WAVEfmt ', 8);
  buffer.writeUInt32LE(16, 16);
  buffer.writeUInt16LE(1, 20);
  buffer.writeUInt16LE(1, 22);
  buffer.writeUInt32LE(rateHz, 24);
  buffer.writeUInt32LE(rateHz * 2, 28);
  buffer.writeUInt16LE(2, 32);
  buffer.writeUInt16LE(16, 34);
  buffer.write('data', 36);
  buffer.writeUInt32LE(count * 2, 40);
  for (let i = 0; i < count; i++) buffer.writeInt16LE(Math.round(sample(i / rateHz) * 32_767), 44 + i * 2);
  return buffer;
}

/** Puts rows on the disk, as something that can't be had on demand would have left them. */
export async function putRows(page: Page, table: string, rows: readonly unknown[]): Promise<void> {
  await page.evaluate(
    ([name, rows]) =>
      new Promise<void>((done, failed) => {
        const request = indexedDB.open('timbre');
        request.onerror = () => failed(request.error);
        request.onsuccess = () => {
          const transaction = request.result.transaction(name, 'readwrite');
          for (const row of rows) transaction.objectStore(name).put(row);
          transaction.oncomplete = () => {
            request.result.close();
            done();
          };
          transaction.onerror = () => failed(transaction.error);
        };
      }),
    [table, rows] as const
  );
}

/** Writes a setting as the settings page would, before anything reads it. */
export function setSettings(page: Page, settings: Record<string, unknown>): Promise<void> {
  return putRows(
    page,
    'settings',
    Object.entries(settings).map(([id, value]) => ({ id, value }))
  );
}

/** What is on the disk: a page that is loaded anew before that would not have it. Typed arrays come as plain objects. */
export function rowsOf(page: Page | Frame, table: string, database = 'timbre'): Promise<unknown[]> {
  return page.evaluate(
    ([database, name]) =>
      new Promise<unknown[]>((done, failed) => {
        const request = indexedDB.open(database);
        request.onerror = () => failed(request.error);
        request.onsuccess = () => {
          const rows = request.result.transaction(name).objectStore(name).getAll();
          rows.onerror = () => failed(rows.error);
          rows.onsuccess = () => {
            request.result.close();
            done(rows.result);
          };
        };
      }),
    [database, table] as const
  );
}

/** The place that everybody has, with models that are there. */
export async function openNotes(page: Page, settings: Record<string, unknown> = {}): Promise<void> {
  await page.goto('/conversations/notes');
  await expect(page.getByRole('region', { name: /New message|Nouveau message/ })).toBeVisible();
  const models = HAS_STARTER_MODELS
    ? {}
    : { transcriptionModel: 'fixtures/whisper', translationModel: 'fixtures/m2m100' };
  await setSettings(page, { ...models, ...settings });
  await page.reload();
  await expect(page.getByRole('region', { name: /New message|Nouveau message/ })).toBeVisible();
}

export async function typeMessage(page: Page, text: string): Promise<void> {
  const before = await page.getByTestId('message').count();
  await page.getByRole('button', { name: 'Type it' }).click();
  await page.getByLabel('Your message').fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByTestId('message')).toHaveCount(before + 1);
}

export interface FileToSend {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export async function sendFile(page: Page, file: string | FileToSend): Promise<void> {
  const before = await page.getByTestId('message').count();
  await page.locator('input[type=file]').setInputFiles(file);
  await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
  await expect(page.getByTestId('message')).toHaveCount(before + 1);
}

/** English speech with its words, so that nothing has to be recognised. @param from who said it, besides the person here. */
export async function sendSpeechWithWords(page: Page, words: string, from?: string): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(SPEECH);
  const sheet = page.getByRole('dialog');
  if (from) await sheet.getByLabel('Who said it').selectOption(from);
  await sheet.getByLabel('Spoken in').selectOption('en');
  await sheet.getByText('I have its words already').click();
  await sheet.getByRole('textbox').fill(words);
  await sheet.getByRole('button', { name: 'Send' }).click();
}

/** A new conversation, “Porto in May”, with Camille, who hears French. */
export async function talkInPorto(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New conversation' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Name of the conversation').fill('Porto in May');
  await sheet.getByLabel('Name', { exact: true }).fill('Camille');
  await sheet.getByLabel('Their language').selectOption('fr');
  await sheet.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Porto in May');
}

/** Waits until the newest message is worked on no more. @returns its status. */
export async function settled(page: Page): Promise<string> {
  const card = lastMessage(page);
  let status = '';
  await expect
    .poll(async () => (status = (await card.getAttribute('data-status')) ?? ''), { timeout: 90_000 })
    .toMatch(/^(ready|incomplete|failed|cancelled|no-speech)$/);
  return status;
}

export function lastMessage(page: Page): Locator {
  return page.getByTestId('message').last();
}
