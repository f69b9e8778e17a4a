import { LANGUAGES, type Lang } from '../../../contract';

/** Names that Marian models and their vocabularies give the product's languages, beside ISO 639-1. */
const OTHER_NAMES: Record<Lang, readonly string[]> = {
  fr: ['fra', 'fre'],
  en: ['eng'],
  es: ['spa'],
  de: ['deu', 'ger'],
  pt: ['por'],
  it: ['ita'],
  pl: ['pol'],
  tr: ['tur'],
  ru: ['rus'],
  nl: ['nld', 'dut'],
  cs: ['ces', 'cze'],
  ar: ['ara', 'arb'],
  zh: ['cmn_Hans', 'zho', 'chi', 'cmn', 'zho_Hans'],
  ja: ['jpn', 'jap', 'jp'],
  hu: ['hun'],
  ko: ['kor']
};

/** Every name of a language, best first. */
export function namesOf(language: Lang): string[] {
  return [language, ...OTHER_NAMES[language]];
}

/** The language of a name such as `fr`, `fra`, `fr_FR`; undefined for others. */
export function languageNamed(name: string): Lang | undefined {
  const base = name.replace(/[-_].*$/, '');
  return LANGUAGES.find((language) => namesOf(language).some((known) => known === name || known === base));
}
