/**
 * The job that the app exists for, on speech: a message in one of the six starter languages goes in as a file; its words, its language, its translations and their sound come out.
 *
 * The speech is eSpeak NG's, in voices that the app doesn't use (`scripts/make-test-speech.sh`).
 */
import type { Page } from '@playwright/test';
import { expect, test } from './harness';
import { lastMessage, openNotes, sendFile, settled } from './messages';

test.use({ serviceWorkers: 'block' });

const LANGUAGES = {
  en: {
    name: 'English',
    file: 'en.wav',
    text: "I'm running late, I'll be there in twenty minutes. I'm already on my way."
  },
  fr: {
    name: 'French',
    file: 'fr.wav',
    text: "Je suis en retard, j'arrive dans vingt minutes. Je suis déjà en route."
  },
  de: {
    name: 'German',
    file: 'de.wav',
    text: 'Ich verspäte mich, ich bin in zwanzig Minuten da. Ich bin schon unterwegs.'
  },
  es: {
    name: 'Spanish',
    file: 'es.ogg',
    text: 'Voy con retraso, llego en veinte minutos. Ya voy de camino.'
  },
  it: {
    name: 'Italian',
    file: 'it.m4a',
    text: 'Sono in ritardo, arrivo tra venti minuti. Sto già arrivando.'
  },
  pt: {
    name: 'Portuguese',
    file: 'pt.mp3',
    text: 'Estou com atraso, chego daqui a vinte minutos. Já vou a caminho.'
  }
} as const;
type Language = keyof typeof LANGUAGES;
const ALL = Object.keys(LANGUAGES) as Language[];

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}]+/gu) ?? [];

/** Share of the expected words that were found, 0…1. */
function recall(expected: string, found: string): number {
  const there = new Set(wordsOf(found));
  const words = wordsOf(expected);
  return words.filter((word) => there.has(word)).length / words.length;
}

/** The message that was just sent: heard in its language, said again in the others, each with sound of the right length. */
async function expectWholeJob(page: Page, from: Language, to: readonly Language[]): Promise<void> {
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

for (const from of ALL) {
  test(`a file in ${LANGUAGES[from].name}: transcribed, translated, spoken`, async ({ page }) => {
    const to = ALL.filter((language) => language !== from).slice(0, 3);
    await openNotes(page, { targetLanguages: to });
    await sendFile(page, `tests/fixtures/speech/${LANGUAGES[from].file}`);
    await expectWholeJob(page, from, to);
  });
}
