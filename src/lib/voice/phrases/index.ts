/** What is read out for a voice model, and to allow one. A language's texts are loaded when they are asked for. */
import { STARTER_LANGUAGES, TimbreError, type Lang } from '$workers/contract';
import type { Phrase, PhraseCategory } from '../types';
import type { PhraseBook } from './types';

/** In the order in which they are offered. */
export const PHRASE_CATEGORIES: readonly PhraseCategory[] = [
  'greeting',
  'question',
  'number',
  'emotion',
  'everyday',
  'sounds',
  'passphrase'
];

/** The languages that have phrases. */
export const PHRASE_LANGUAGES = STARTER_LANGUAGES;
type PhraseLanguage = (typeof PHRASE_LANGUAGES)[number];

const BOOKS: Record<PhraseLanguage, () => Promise<PhraseBook>> = {
  en: async () => (await import('./en')).en,
  fr: async () => (await import('./fr')).fr,
  es: async () => (await import('./es')).es,
  de: async () => (await import('./de')).de,
  it: async () => (await import('./it')).it,
  pt: async () => (await import('./pt')).pt
};

/** The phrases of a language, category by category. Errors: `language/unsupported` where nobody wrote any. */
export async function phrasesFor(language: Lang): Promise<Phrase[]> {
  const { phrases } = await bookOf(language);
  return PHRASE_CATEGORIES.flatMap((category) =>
    phrases[category].map((text, index) => ({ id: `${language}-${category}-${index + 1}`, category, text }))
  );
}

/** The sentence that allows a voice model. Errors: `language/unsupported`. */
export async function consentSentence(language: Lang, name: string): Promise<string> {
  return (await bookOf(language)).consent(name.trim());
}

function bookOf(language: Lang): Promise<PhraseBook> {
  const load = (BOOKS as Partial<Record<Lang, () => Promise<PhraseBook>>>)[language];
  if (!load) throw new TimbreError('language/unsupported', `there are no phrases in ${language}`);
  return load();
}
