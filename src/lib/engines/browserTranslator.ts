/** The browser's own translator: its vendor's model, on the device, in the page and not in a worker. */
import { TimbreError, type Lang, type TranslationOutput } from '../../../workers/contract';
import { hasWords, isPlausible } from '../../../workers/translate/guards';
import { asTimbreError } from '../../../workers/wire';
import {
  findTranslatorApi,
  type Availability,
  type TranslatorApi,
  type TranslatorPair,
  type TranslatorSession
} from './browserTranslatorApi';

/** The catalogue's id, which is what a person chooses. */
export const BROWSER_TRANSLATOR = 'browser-translator';
/** As results name it. */
export const BROWSER_MODEL = 'browser/translator';

export interface BrowserTranslator {
  /** Whether a pair is here, can be had, or can't. Asks nobody but the browser. */
  availability(from: Lang, to: Lang): Promise<Availability>;
  /**
   * Has the browser fetch a pair. To be called straight from a person's click: the browser refuses otherwise.
   * @param options.onFraction 0…1. @throws TimbreError 'translate/no-path', 'model/download-failed', 'job/cancelled'.
   */
  fetch(
    from: Lang,
    to: Lang,
    options?: { signal?: AbortSignal; onFraction?: (fraction: number) => void }
  ): Promise<void>;
  /**
   * Sentence by sentence into one language; '' for one whose answer can't be believed.
   * @throws TimbreError 'translate/no-path' when the pair isn't here, 'model/run-failed', 'job/cancelled'.
   */
  translate(
    sentences: readonly string[],
    from: Lang,
    to: Lang,
    options?: { signal?: AbortSignal | undefined; onSentence?: () => void }
  ): Promise<TranslationOutput>;
}

/** Undefined where the browser has no translator. */
export function openBrowserTranslator(api = findTranslatorApi()): BrowserTranslator | undefined {
  return api && createBrowserTranslator(api);
}

export function createBrowserTranslator(api: TranslatorApi): BrowserTranslator {
  async function availability(from: Lang, to: Lang): Promise<Availability> {
    if (from === to) return 'unavailable';
    try {
      return await api.availability(pairOf(from, to));
    } catch (error) {
      // It throws in documents that may not use it (an iframe without the permission): then there is no pair.
      console.warn('The browser did not say what it translates.', error);
      return 'unavailable';
    }
  }

  return {
    availability,

    async fetch(from, to, { signal, onFraction } = {}) {
      // Nothing is awaited before this: the click would no longer count.
      const coming = api.create({
        ...pairOf(from, to),
        ...(signal ? { signal } : {}),
        monitor: (monitor) =>
          monitor.addEventListener('downloadprogress', (event) => {
            if ('loaded' in event && typeof event.loaded === 'number') onFraction?.(event.loaded);
          })
      });
      try {
        (await unlessAborted(coming, signal)).destroy();
      } catch (cause) {
        throw asFailure(cause, signal, () => {
          const code = nameOf(cause) === 'NotSupportedError' ? 'translate/no-path' : 'model/download-failed';
          return new TimbreError(code, `the browser did not fetch ${from} → ${to}: ${wordsOf(cause)}`, {
            cause
          });
        });
      }
      onFraction?.(1);
    },

    async translate(sentences, from, to, { signal, onSentence } = {}) {
      // What is not here would have to be fetched, which only a click may do.
      if ((await unlessAborted(availability(from, to), signal)) !== 'available')
        throw new TimbreError('translate/no-path', `the browser has no ${from} → ${to} here`);
      let session: TranslatorSession | undefined;
      try {
        session = await unlessAborted(
          api.create({ ...pairOf(from, to), ...(signal ? { signal } : {}) }),
          signal
        );
        const said: string[] = [];
        for (const sentence of sentences) {
          said.push(hasWords(sentence) ? await say(session, sentence.trim(), signal) : sentence);
          onSentence?.();
        }
        return { sentences: said, via: [], model: BROWSER_MODEL };
      } catch (cause) {
        throw asFailure(
          cause,
          signal,
          () =>
            new TimbreError('model/run-failed', `the browser failed at ${from} → ${to}: ${wordsOf(cause)}`, {
              cause
            })
        );
      } finally {
        session?.destroy();
      }
    }
  };
}

async function say(
  session: TranslatorSession,
  sentence: string,
  signal: AbortSignal | undefined
): Promise<string> {
  const answer = await unlessAborted(session.translate(sentence, signal ? { signal } : {}), signal);
  const translation = answer.trim();
  return isPlausible(sentence, translation) ? translation : '';
}

function pairOf(from: Lang, to: Lang): TranslatorPair {
  return { sourceLanguage: from, targetLanguage: to };
}

/** Ends at once when it is aborted, whether or not the browser hears of it. @throws TimbreError 'job/cancelled'. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(cancelled());
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** The browser's AbortError comes with our signal alone: whatever it says after that, the call was cancelled. */
function asFailure(cause: unknown, signal: AbortSignal | undefined, failure: () => TimbreError): TimbreError {
  if (signal?.aborted) return cancelled();
  return cause instanceof TimbreError ? cause : failure();
}

function cancelled(): TimbreError {
  return new TimbreError('job/cancelled', 'the call was cancelled');
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function wordsOf(error: unknown): string {
  return asTimbreError(error).message;
}
