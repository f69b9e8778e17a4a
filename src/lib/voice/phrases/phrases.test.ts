import { describe, expect, test } from 'vitest';
import type { Lang } from '$workers/contract';
import { consentSentence, PHRASE_CATEGORIES, PHRASE_LANGUAGES, phrasesFor } from './index';

/** Letters and groups that write what is special to a language's sounds. */
const SPECIAL: Record<(typeof PHRASE_LANGUAGES)[number], readonly string[]> = {
  en: ['th', 'sh', 'ch', 'j', 'w', 'ng', 'sure', 'oy', 'ough', 'z'],
  fr: [
    'é',
    'è',
    'ê',
    'à',
    'î',
    'ô',
    'ç',
    'œ',
    'où',
    'gn',
    'ou',
    'on',
    'an',
    'in',
    'un',
    'ille',
    'eu',
    'ch',
    'j'
  ],
  es: ['ñ', 'á', 'é', 'í', 'ó', 'ú', 'ü', 'll', 'rr', 'j', 'z', 'ch', '¿', '¡'],
  de: ['ä', 'ö', 'ü', 'ß', 'sch', 'ch', 'pf', 'z', 'tz', 'eu', 'äu', 'ei', 'ng'],
  it: ['à', 'è', 'é', 'ì', 'ò', 'ù', 'gli', 'gn', 'sci', 'zz', 'cchi', 'gia', 'tt'],
  pt: ['ã', 'õ', 'ç', 'á', 'à', 'â', 'é', 'ê', 'í', 'ó', 'ô', 'ú', 'ão', 'ões', 'ãe', 'lh', 'nh', 'ch', 'j']
};

describe.each(PHRASE_LANGUAGES)('the phrases in %s', (language) => {
  test('are enough, in every category, and each is there once', async () => {
    const phrases = await phrasesFor(language);
    expect(phrases.length).toBeGreaterThanOrEqual(24);
    expect(new Set(phrases.map(({ id }) => id)).size).toBe(phrases.length);
    expect(new Set(phrases.map(({ text }) => text.toLowerCase())).size).toBe(phrases.length);
    for (const category of PHRASE_CATEGORIES)
      expect(phrases.filter((phrase) => phrase.category === category).length).toBeGreaterThanOrEqual(2);
    expect(phrases.every(({ id }) => id.startsWith(`${language}-`))).toBe(true);
  });

  test('take three to twelve seconds to say', async () => {
    // At 8 to 20 characters a second.
    for (const { text } of await phrasesFor(language)) {
      expect(text.length, text).toBeGreaterThanOrEqual(40);
      expect(text.length, text).toBeLessThanOrEqual(100);
    }
  });

  test('are sentences, written as the app writes', async () => {
    for (const { text } of await phrasesFor(language)) {
      expect(text, text).toMatch(/^[¿¡]?\p{Lu}.*[.!?]$/u);
      expect(text, text).not.toMatch(/['"\d]| {2}/);
    }
  });

  test('have the sounds of the language', async () => {
    const all = (await phrasesFor(language)).map(({ text }) => text.toLowerCase()).join(' ');
    expect(SPECIAL[language].filter((sound) => !all.includes(sound))).toEqual([]);
  });

  test('come with a sentence of consent, with a name and without', async () => {
    const named = await consentSentence(language, ' Zoë Ngũgĩ ');
    expect(named).toContain(' Zoë Ngũgĩ,');
    const unnamed = await consentSentence(language, '');
    for (const sentence of [named, unnamed]) {
      expect(sentence).toMatch(/^\p{Lu}.*Timbre.*\.$/u);
      expect(sentence).not.toMatch(/,\s*,| {2}/);
    }
  });
});

test('all texts are of their own language', async () => {
  const texts = (await Promise.all(PHRASE_LANGUAGES.map(phrasesFor))).flat().map(({ text }) => text);
  expect(new Set(texts).size).toBe(texts.length);
});

test('a language without phrases says so', async () => {
  await expect(phrasesFor('ja' satisfies Lang)).rejects.toMatchObject({ code: 'language/unsupported' });
  await expect(consentSentence('ko', 'Ada')).rejects.toMatchObject({ code: 'language/unsupported' });
});
