/** What tests of the whole job share: speech in the six starter languages, what it says, and what must come of it. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect } from './harness';
import { type FileToSend, lastMessage, settled } from './messages';

/** `seconds`: as long as the file, rounded up. */
export const LANGUAGES = {
  en: {
    name: 'English',
    file: 'en.wav',
    seconds: 6,
    text: "I'm running late, I'll be there in twenty minutes. I'm already on my way."
  },
  fr: {
    name: 'French',
    file: 'fr.wav',
    seconds: 6,
    text: "Je suis en retard, j'arrive dans vingt minutes. Je suis déjà en route."
  },
  de: {
    name: 'German',
    file: 'de.wav',
    seconds: 7,
    text: 'Ich verspäte mich, ich bin in zwanzig Minuten da. Ich bin schon unterwegs.'
  },
  es: {
    name: 'Spanish',
    file: 'es.ogg',
    seconds: 6,
    text: 'Voy con retraso, llego en veinte minutos. Ya voy de camino.'
  },
  it: {
    name: 'Italian',
    file: 'it.m4a',
    seconds: 6,
    text: 'Sono in ritardo, arrivo tra venti minuti. Sto già arrivando.'
  },
  pt: {
    name: 'Portuguese',
    file: 'pt.mp3',
    seconds: 6,
    text: 'Estou com atraso, chego daqui a vinte minutos. Já vou a caminho.'
  }
} as const;
export type Language = keyof typeof LANGUAGES;
export const ALL = Object.keys(LANGUAGES) as Language[];

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}]+/gu) ?? [];

/** Share of the expected words that were found, 0…1. */
function recall(expected: string, found: string): number {
  const there = new Set(wordsOf(found));
  const words = wordsOf(expected);
  return words.filter((word) => there.has(word)).length / words.length;
}

/** The message that was just sent: heard in its language, said again in the others, each with sound of the right length. */
export async function expectWholeJob(page: Page, from: Language, to: readonly Language[]): Promise<void> {
  expect(await settled(page)).toBe('ready');
  const card = lastMessage(page);
  await expect(card).toContainText(`said in ${LANGUAGES[from].name}`);
  const said = card.locator(`p[lang=${from}]`).first();
  expect(
    recall(LANGUAGES[from].text, await said.innerText()),
    `${from}: ${await said.innerText()}`
  ).toBeGreaterThanOrEqual(0.7);

  const seconds = Number(await card.getByRole('slider').first().getAttribute('aria-valuemax'));
  for (const language of to) {
    await card.getByRole('tab', { name: new RegExp(LANGUAGES[language].name) }).click();
    const version = card.getByTestId('version');
    await expect(version).toHaveAttribute('data-status', 'ready');
    const text = await version.locator(`p[lang=${language}]`).innerText();
    expect(recall(LANGUAGES[language].text, text), `${from} → ${language}: ${text}`).toBeGreaterThanOrEqual(
      0.6
    );
    const spoken = Number(await version.getByRole('slider').getAttribute('aria-valuemax'));
    expect(spoken).toBeGreaterThan(seconds / 3);
    expect(spoken).toBeLessThan(seconds * 2.5);
  }
  const version = card.getByTestId('version');
  await version.getByRole('button', { name: /^Play/ }).click();
  await expect(version.locator('mark')).toBeVisible();
}

/** Records until the whole text was said (the fake microphone says it once, and is silent then), and sends it. */
export async function recordAndSend(page: Page, language: Language): Promise<void> {
  const before = await page.getByTestId('message').count();
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  const panel = page.getByTestId('recording');
  await expect(panel).toHaveAttribute('data-phase', 'recording');
  await expect(panel).toContainText('Good level');
  const seconds = LANGUAGES[language].seconds;
  await expect
    .poll(async () => Number((await panel.getByRole('timer').innerText()).split(':')[1]))
    .toBeGreaterThanOrEqual(seconds);
  await panel.getByRole('button', { name: 'Send' }).click();
  await expect(panel).toHaveCount(0);
  await expect(page.getByTestId('message')).toHaveCount(before + 1);
}

/** A WAV file in which a 16-bit one is heard several times, with a second of silence after each. */
export function saidAgainAndAgain(file: string, times: number): FileToSend {
  const once = readFileSync(`tests/fixtures/speech/${file}`);
  const data = once.indexOf('data') + 8;
  const pause = Buffer.alloc(2 * once.readUInt32LE(24));
  const sound = Array.from({ length: times }, () => [once.subarray(data), pause]).flat();
  const buffer = Buffer.concat([once.subarray(0, data), ...sound]);
  buffer.writeUInt32LE(buffer.length - 8, 4);
  buffer.writeUInt32LE(buffer.length - data, data - 4);
  return { name: 'long.wav', mimeType: 'audio/wav', buffer };
}
