/**
 * Malformed, rare and misnamed files through the app itself: each goes in by the file input of a conversation, and
 * gives a message with sound, or a coded error in plain words. The page lives on. What the decoder makes of some of
 * them by itself is in `audio.spec.ts`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { ERROR_CODES } from '../workers/contract';
import { expect, test } from './harness';
import { openNotes, settled, typeMessage } from './messages';
import { filesUnder, skipLoudlyWithout } from './shared-files';

test.use({ serviceWorkers: 'block', savesData: true });

const SHARED = join(import.meta.dirname, '../../shared');
const BAD = join(SHARED, 'bad-audio');
const RECORDED = join(SHARED, 'speech/mediarecorder');
/** Files that go in together. */
const BATCH = 13;

const sentences = JSON.parse(
  readFileSync(join(import.meta.dirname, '../messages/en.json'), 'utf8')
) as Record<string, string>;
const PLAIN = new Map(
  ERROR_CODES.map((code) => [String(code), sentences[`error_${code.replace(/[/-]/g, '_')}`] ?? ''])
);

function batchesOf(files: readonly string[]): string[][] {
  const count = Math.ceil(files.length / BATCH);
  return Array.from({ length: count }, (_, at) => files.slice(at * BATCH, (at + 1) * BATCH));
}

/** The same few on every machine, spread over all of them. */
function seededFew(files: readonly string[], count: number, seed = 7): string[] {
  let state = seed;
  const left = [...files];
  const few: string[] = [];
  while (few.length < count && left.length > 0) {
    state = (state * 48271) % 2147483647;
    few.push(...left.splice(state % left.length, 1));
  }
  return few;
}

interface Outcome {
  file: string;
  /** The message's status, or `refused` where the file was not taken at all. */
  status: string;
  code?: string;
}

/** The code of a message that isn't whole, once its words are found to be the ones for people. */
async function codeOf(card: Locator, file: string): Promise<string> {
  const problem = card.getByTestId('problem').first();
  await expect(problem, file).toBeVisible();
  const code = (await problem.getAttribute('data-code')) ?? '';
  expect([...PLAIN.keys()], file).toContain(code);
  await expect(problem, file).toContainText(PLAIN.get(code) ?? '');
  return code;
}

/** Feeds the files in together, as a person would who chose them all, and waits for the last. */
async function feed(page: Page, files: readonly string[]): Promise<Outcome[]> {
  const messages = page.getByTestId('message');
  const before = await messages.count();
  await page.locator('input[type=file]').setInputFiles([...files]);
  const sheet = page.getByRole('dialog');
  await expect(sheet).toBeVisible();
  const outcomes: Outcome[] = [];
  const sent: string[] = [];
  for (const file of files) {
    const line = sheet.getByRole('listitem').filter({ has: page.getByText(basename(file), { exact: true }) });
    await expect(line, file).toBeVisible();
    const text = await line.innerText();
    const refusal = [...PLAIN].find(([, sentence]) => text.includes(sentence));
    if (refusal) outcomes.push({ file: basename(file), status: 'refused', code: refusal[0] });
    else sent.push(basename(file));
  }
  if (sent.length === 0) {
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
    return outcomes;
  }
  await sheet.getByRole('button', { name: 'Send' }).click();
  await expect(sheet).toBeHidden({ timeout: 60_000 });
  await expect(messages).toHaveCount(before + sent.length);
  const inWork = page.locator('[data-testid=message]:is([data-status=waiting], [data-status=working])');
  await expect(inWork).toHaveCount(0, { timeout: 600_000 });
  for (const [at, file] of sent.entries()) {
    const card = messages.nth(before + at);
    await expect(card, file).toContainText(file);
    const status = (await card.getAttribute('data-status')) ?? '';
    const code = status === 'ready' ? {} : { code: await codeOf(card, file) };
    outcomes.push({ file, status, ...code });
    // It has sound, or says why not.
    if (status !== 'failed') await expect(card.getByRole('slider').first(), file).toBeVisible();
  }
  return outcomes;
}

/** Something ordinary still works. */
async function expectAlive(page: Page): Promise<void> {
  await typeMessage(page, 'We kept a seat for you.');
  expect(await settled(page)).toBe('ready');
}

function tell(outcomes: readonly Outcome[]): void {
  const counts = new Map<string, number>();
  for (const { status, code } of outcomes) {
    const key = code ? `${status} ${code}` : status;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  console.log([...counts].map(([key, count]) => `${count} × ${key}`).join(', '));
}

test('there are malformed files to try', () => skipLoudlyWithout(BAD));

for (const folder of existsSync(BAD) ? readdirSync(BAD).sort() : []) {
  test(`malformed and unusual files: ${folder}`, async ({ page }) => {
    test.setTimeout(1_800_000); // dozens of files through every stage, on a machine that may be busy
    await openNotes(page, { targetLanguages: ['en'] });
    const outcomes: Outcome[] = [];
    for (const batch of batchesOf(filesUnder(join(BAD, folder)))) outcomes.push(...(await feed(page, batch)));
    tell(outcomes);
    await expectAlive(page);
  });
}

test('recordings from people’s browsers, whatever their names say', async ({ page }) => {
  skipLoudlyWithout(RECORDED);
  test.setTimeout(1_800_000);
  await openNotes(page, { targetLanguages: ['en'] });
  const files = filesUnder(RECORDED).filter((name) => name.endsWith('.webm'));
  const outcomes = await feed(page, seededFew(files, 6));
  tell(outcomes);
  // All of them are sound; what is made of their words is the models' affair.
  for (const { file, status, code } of outcomes) {
    expect(status, file).not.toBe('refused');
    expect(code ?? '', file).not.toMatch(/^audio\//);
  }
  await expectAlive(page);
});
