import { LANGUAGES, type Lang } from '$workers/contract';

/** Languages written from right to left. */
const RIGHT_TO_LEFT: readonly Lang[] = ['ar'];

/** The language's name in the language of the interface, e.g. `languageName('de', 'fr')` → `allemand`. */
export function languageName(language: Lang, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(language) ?? language;
  } catch (error) {
    // A locale that isn't one; the code is still true.
    if (error instanceof RangeError) return language;
    throw error;
  }
}

/** Its own name for itself, e.g. `Deutsch`. */
export function ownLanguageName(language: Lang): string {
  return languageName(language, language);
}

export function directionOf(language: Lang): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr';
}

/** The 16 languages with their names, in the order that readers of `locale` expect. */
export function languagesByName(locale: string): { language: Lang; name: string }[] {
  const names = LANGUAGES.map((language) => ({ language, name: languageName(language, locale) }));
  return names.sort((a, b) => a.name.localeCompare(b.name, locale));
}

/** The product language of a BCP 47 tag such as `pt-BR`, or null. */
export function asLanguage(tag: string): Lang | null {
  const base = tag.toLowerCase().split(/[-_]/)[0];
  return LANGUAGES.find((language) => language === base) ?? null;
}

/** The first of the browser's languages that the product has, else English. */
export function preferredLanguage(tags: readonly string[] = globalThis.navigator?.languages ?? []): Lang {
  for (const tag of tags) {
    const language = asLanguage(tag);
    if (language) return language;
  }
  return 'en';
}
