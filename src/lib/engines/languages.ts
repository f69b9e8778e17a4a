/** Which languages something here translates, asked without loading any of it. */
import { LANGUAGES, STARTER_LANGUAGES, type Lang, type WorkerConfig } from '../../../workers/contract';
import type { BrowserTranslator } from './browserTranslator';

export interface TranslatedLanguages {
  /** From some other language at least. */
  into: readonly Lang[];
  /** Into some other language at least. */
  from: readonly Lang[];
}

/** Those of the models that the worker would be told. One that says it only itself may know them all. */
export function languagesTranslated({ translators, models }: WorkerConfig): TranslatedLanguages {
  const starter = !models?.translator || models.translator.startsWith('starter/');
  if (!translators) {
    const all = starter ? STARTER_LANGUAGES : LANGUAGES;
    return { into: all, from: all };
  }
  const directions = translators.map(({ directions }) => directions ?? { among: LANGUAGES });
  const among = (side: 'from' | 'to') => {
    const known = new Set(directions.flatMap((each) => ('among' in each ? each.among : [each[side]])));
    return LANGUAGES.filter((language) => known.has(language));
  };
  return { into: among('to'), from: among('from') };
}

/** With those that the browser's translator has here: it goes through English itself, so that is asked first. */
export async function withBrowser(
  { into, from }: TranslatedLanguages,
  browser: Pick<BrowserTranslator, 'availability'>
): Promise<TranslatedLanguages> {
  const others: readonly Lang[] = ['en', ...LANGUAGES.filter((language) => language !== 'en')];
  const has = async (source: Lang, target: Lang) =>
    source !== target && (await browser.availability(source, target)) === 'available';
  const anyOther = async (pair: (other: Lang) => Promise<boolean>) => {
    for (const other of others) if (await pair(other)) return true;
    return false;
  };
  const more = async (known: readonly Lang[], pair: (language: Lang, other: Lang) => Promise<boolean>) => {
    const can = await Promise.all(
      LANGUAGES.map(
        async (language) => known.includes(language) || anyOther((other) => pair(language, other))
      )
    );
    return LANGUAGES.filter((_, i) => can[i]);
  };
  return {
    into: await more(into, (language, other) => has(other, language)),
    from: await more(from, (language, other) => has(language, other))
  };
}
