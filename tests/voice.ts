/** What tests of the voice studio share: parts of one voice's speech, the ways into the page, and what to wait for. */
import type { Locator, Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { expect } from './harness';
import type { FileToSend } from './messages';

/** One voice of eSpeak NG, 16 kHz, 16 bits. */
export const SPEECH_FILE = 'tests/fixtures/speech/en.wav';

/** The same header over other sound. @param bytes 16-bit numbers. */
export function asWav(name: string, bytes: Buffer): FileToSend {
  const whole = readFileSync(SPEECH_FILE);
  const data = whole.indexOf('data') + 8;
  const buffer = Buffer.concat([whole.subarray(0, data), bytes]);
  buffer.writeUInt32LE(buffer.length - 8, 4);
  buffer.writeUInt32LE(buffer.length - data, data - 4);
  return { name: `${name}.wav`, mimeType: 'audio/wav', buffer };
}

/** A part of the English speech, in seconds, as 16-bit numbers. */
export function partOfSpeech(from: number, to: number): Buffer {
  const whole = readFileSync(SPEECH_FILE);
  const data = whole.indexOf('data') + 8;
  const at = (seconds: number) => data + 2 * Math.round((seconds * whole.readUInt32LE(28)) / 2);
  return whole.subarray(at(from), at(to));
}

/** The same as a file of its own. */
export function said(name: string, from: number, to: number): FileToSend {
  return asWav(name, partOfSpeech(from, to));
}
export const ONE_VOICE = [said('whole', 0, 5.4), said('beginning', 0, 3), said('end', 2.4, 5.4)];

/** So loud that it is clipped. */
export function tooLoud(speech: Buffer): Buffer {
  const loud = Buffer.from(speech);
  for (let at = 0; at + 1 < loud.length; at += 2)
    loud.writeInt16LE(Math.max(-32_768, Math.min(32_767, 8 * loud.readInt16LE(at))), at);
  return loud;
}

export const recorder = (page: Page): Locator => page.getByTestId('voice-recorder');
export const record = (page: Page): Locator => page.getByTestId('voice-record');
export const phrase = (page: Page): Locator => page.getByTestId('phrase');
export const samples = (page: Page): Locator => page.getByTestId('sample');
export const model = (page: Page): Locator => page.getByTestId('voice-model');
export const training = (page: Page): Locator => page.getByTestId('training');
export const privacy = (page: Page): Locator => page.getByTestId('voice-privacy');

export async function openVoice(page: Page): Promise<void> {
  await page.goto('/voice');
  await expect(recorder(page)).toBeVisible();
  await expect(phrase(page)).not.toBeEmpty();
  await expect(model(page)).toBeVisible();
}

/** Long enough for a voice. */
export const THREE_SECONDS = /^([3-9]|\d\d)\.\d s$/;

/** Records for some seconds, by the button. @param shown what the timer says then. */
export async function say(page: Page, shown: RegExp): Promise<void> {
  await record(page).click();
  await expect(record(page)).toHaveAttribute('data-phase', 'recording');
  await expect(recorder(page).getByRole('timer')).toHaveText(shown, { timeout: 30_000 });
  await record(page).click();
  await expect(record(page)).toHaveAttribute('data-phase', 'idle', { timeout: 60_000 });
}

/** What the microphone says is no phrase, and the studio may say so of the last recording: it then counts all the same. */
export async function keepOtherWords(page: Page): Promise<void> {
  const judged = page.getByTestId('judged');
  await expect(judged).toContainText(/clear|Other words/i);
  const keep = judged.getByRole('button', { name: 'Keep it all the same' });
  if (await keep.isVisible()) await keep.click();
}

export async function allJudged(page: Page, count: number): Promise<void> {
  await expect(samples(page)).toHaveCount(count);
  await expect(page.locator('[data-testid=sample]:not([data-status=completed])')).toHaveCount(0, {
    timeout: 90_000
  });
}

/** Brings files in as recordings, and waits until each was looked at. */
export async function addSamples(page: Page, files: readonly FileToSend[] | string): Promise<void> {
  const [before, more] = [await samples(page).count(), typeof files === 'string' ? 1 : files.length];
  await page
    .getByTestId('voice-samples')
    .locator('input[type=file]')
    .setInputFiles(typeof files === 'string' ? files : [...files]);
  await allJudged(page, before + more);
}

export async function train(page: Page, version: number): Promise<void> {
  await training(page)
    .getByRole('button', { name: `Train version ${version}` })
    .click();
  await expect(model(page)).toHaveAttribute('data-version', String(version), { timeout: 90_000 });
  await expect(training(page)).toHaveAttribute('data-status', 'completed');
}

/** Nothing to be scrolled sideways on a small telephone. */
export async function expectFits(page: Page): Promise<void> {
  await page.setViewportSize({ width: 320, height: 640 });
  // The page may still be laid out for the width before.
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth))
    .toBeLessThanOrEqual(0);
}

/** Changes rows as nothing in the app does. The page learns of it when it is loaded anew. */
export async function changeRows(
  page: Page,
  table: string,
  change: { id?: string; put: Record<string, unknown> }
): Promise<void> {
  await page.evaluate(
    ({ table, id, put }) =>
      new Promise<void>((done, failed) => {
        const request = indexedDB.open('timbre');
        request.onerror = () => failed(request.error);
        request.onsuccess = () => {
          const transaction = request.result.transaction(table, 'readwrite');
          const store = transaction.objectStore(table);
          const rows = store.getAll();
          rows.onsuccess = () => {
            for (const row of rows.result as { id: string }[])
              if (id === undefined || row.id === id) store.put({ ...row, ...put });
          };
          transaction.onerror = () => failed(transaction.error);
          transaction.oncomplete = () => {
            request.result.close();
            done();
          };
        };
      }),
    { table, ...change }
  );
}
