import { TimbreError, type Lang, type Progress, type TranslationOutput } from '../../../workers/contract';
import type { BrowserTranslator } from './browserTranslator';
import type { Engines } from './types';

export interface BrowserFirst {
  translate: Engines['translate'];
  /** Running calls reject with 'job/cancelled'. */
  release(): void;
}

type Outputs = Partial<Record<Lang, TranslationOutput>>;

/**
 * The browser translates what it can, straight; what it has not here, or did not say whole, goes to the others in
 * one batch.
 * @param wanted whether the person chose the browser's translator, asked before each call.
 */
export function browserFirst(
  browser: BrowserTranslator,
  wanted: () => Promise<boolean>,
  others: Engines['translate']
): BrowserFirst {
  let released = new AbortController();

  return {
    async translate(sentences, from, to, options = {}) {
      if (!(await wanted())) return others(sentences, from, to, options);
      const signal = AbortSignal.any([released.signal, ...(options.signal ? [options.signal] : [])]);
      const targets = [...new Set(to)].filter((language) => language !== from);
      // What is said and then not believed was work, too: it is not counted back.
      let told = 0;
      const tell = (fraction: number, more: Partial<Progress> = {}) => {
        told = Math.max(told, Math.min(1, fraction));
        options.onProgress?.({ ...more, stage: 'translate', fraction: told });
      };
      const whole: Outputs = {};
      const partly: Outputs = {};
      for (const language of targets) {
        const before = Object.keys(whole).length;
        let done = 0;
        const onSentence = () => tell((before + ++done / sentences.length) / targets.length);
        const output = await attempt(browser, sentences, from, language, { signal, onSentence });
        if (output) (isWhole(sentences, output) ? whole : partly)[language] = output;
      }

      const left = to.filter((language) => !whole[language]);
      if (left.length === 0) {
        tell(1);
        return whole;
      }
      const own = Object.keys(whole).length / Math.max(1, targets.length);
      try {
        const rest = await others(sentences, from, left, {
          ...options,
          onProgress: ({ fraction, ...more }) => tell(own + (1 - own) * fraction, more)
        });
        return { ...partly, ...rest, ...whole };
      } catch (error) {
        // What the browser said is not lost for another language's sake; that one is left out.
        if (isCancelled(error) || Object.keys(whole).length === 0) throw error;
        console.warn(`There is no other translation into ${left.join(', ')}.`, error);
        return { ...partly, ...whole };
      }
    },
    release() {
      released.abort();
      released = new AbortController();
    }
  };
}

/** Undefined where the browser can't, and another shall. @throws TimbreError 'job/cancelled'. */
async function attempt(
  browser: BrowserTranslator,
  sentences: readonly string[],
  from: Lang,
  to: Lang,
  options: { signal: AbortSignal; onSentence: () => void }
): Promise<TranslationOutput | undefined> {
  try {
    return await browser.translate(sentences, from, to, options);
  } catch (error) {
    if (isCancelled(error)) throw error;
    if (!(error instanceof TimbreError) || error.code !== 'translate/no-path')
      console.warn('The browser did not translate; another model does.', error);
    return undefined;
  }
}

function isWhole(sentences: readonly string[], { sentences: said }: TranslationOutput): boolean {
  return sentences.every((sentence, i) => sentence.trim() === '' || (said[i] ?? '').trim() !== '');
}

function isCancelled(error: unknown): boolean {
  return error instanceof TimbreError && error.code === 'job/cancelled';
}
