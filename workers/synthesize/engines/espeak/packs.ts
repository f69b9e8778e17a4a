/** How eSpeak NG's files are served: the build cuts them so (vite/espeakPacks.ts), and the worker fetches what it needs. */

/** Where eSpeak NG looks for its files. */
export const HOME = 'espeak-ng-data';

/** The pack with what every language needs: all but the dictionaries, and the English one, to which eSpeak NG always turns. */
export const CORE = 'core';

/**
 * The languages whose dictionary is a pack of its own: those that the app speaks, and those that eSpeak NG turns to for
 * a word in another alphabet.
 */
export const DICTIONARIES: readonly string[] = [
  ...['fr', 'es', 'de', 'pt', 'it', 'pl', 'tr', 'ru', 'nl', 'cs', 'ar', 'cmn', 'ja', 'hu', 'ko'],
  ...['bn', 'el', 'gu', 'hi', 'hy', 'ka', 'kn', 'ml', 'pa', 'si', 'ta', 'te']
];

/** The names of all packs. */
export const PACKS: readonly string[] = [CORE, ...DICTIONARIES];

/** @param language one of `DICTIONARIES`. */
export const dictionaryPath = (language: string) => `${HOME}/${language}_dict`;
