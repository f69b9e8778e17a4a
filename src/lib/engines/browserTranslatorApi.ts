/** The part that is used of the browser's Translator API (https://webmachinelearning.github.io/translation-api/). */

/** `downloadable`, `downloading`: to be had after a person's click. */
export type Availability = 'unavailable' | 'downloadable' | 'downloading' | 'available';

/** BCP 47; the product's languages are written so. */
export interface TranslatorPair {
  sourceLanguage: string;
  targetLanguage: string;
}

export interface TranslatorSession {
  translate(text: string, options?: { signal?: AbortSignal }): Promise<string>;
  destroy(): void;
}

export interface TranslatorApi {
  availability(pair: TranslatorPair): Promise<Availability>;
  create(
    options: TranslatorPair & {
      signal?: AbortSignal;
      /** Told of the download, if there is one: `loaded` is 0…1. */
      monitor?: (
        monitor: Pick<EventTarget, 'addEventListener'> // 'downloadprogress'
      ) => void;
    }
  ): Promise<TranslatorSession>;
}

/** Undefined where the browser has none; it is the window's alone, workers have none. */
export function findTranslatorApi(scope: object = globalThis): TranslatorApi | undefined {
  return 'Translator' in scope ? (scope.Translator as TranslatorApi) : undefined;
}
