import { LANGUAGES, TimbreError, type Lang, type LanguageGuess } from '../../../contract';
import { logSumExp, probabilitiesOf } from './logits';
import type { WhisperConfig } from './config';

/**
 * Languages by probability, best first: softmax over the model's language tokens at the place after
 * `<|startoftranscript|>`. Languages that the product doesn't have keep their share, so the listed ones
 * may sum to less than 1.
 */
export function guessLanguages(
  logits: Float32Array,
  languageTokens: ReadonlyMap<string, number>
): LanguageGuess[] {
  const codes = [...languageTokens.keys()];
  const probabilities = probabilitiesOf(logits, [...languageTokens.values()]);
  return codes
    .map((code, i) => ({ language: code, probability: probabilities[i] ?? 0 }))
    .filter((guess): guess is LanguageGuess => isLang(guess.language))
    .sort((a, b) => b.probability - a.probability);
}

/** Guesses of several windows as one, weighted (by their durations). */
export function joinGuesses(
  windows: readonly { guesses: LanguageGuess[]; weight: number }[]
): LanguageGuess[] {
  const total = windows.reduce((sum, { weight }) => sum + weight, 0);
  const joined = new Map<Lang, number>();
  for (const { guesses, weight } of windows) {
    for (const { language, probability } of guesses) {
      joined.set(language, (joined.get(language) ?? 0) + (probability * weight) / total);
    }
  }
  return [...joined]
    .map(([language, probability]) => ({ language, probability }))
    .sort((a, b) => b.probability - a.probability);
}

/** Probability, among all tokens, that nobody speaks; 0 for a model that cannot say. */
export function noSpeechProbability(logits: Float32Array, noSpeechToken: number | undefined): number {
  const logit = noSpeechToken === undefined ? undefined : logits[noSpeechToken];
  return logit === undefined ? 0 : Math.exp(logit - logSumExp(logits));
}

/** The prompt's language token; undefined for a model of one language. @throws TimbreError 'language/unsupported'. */
export function languageToken(config: WhisperConfig, language: Lang): number | undefined {
  if (config.languageTokens.size === 0) return undefined;
  const token = config.languageTokens.get(language);
  if (token === undefined)
    throw new TimbreError('language/unsupported', `this model does not know ${language}`);
  return token;
}

/** What follows `<|startoftranscript|>`: the language, the task, and whether timestamps are to be left out. @throws as `languageToken`. */
export function taskTokens(config: WhisperConfig, language: Lang, timestamps: boolean): number[] {
  const spoken = languageToken(config, language);
  return [
    spoken,
    spoken === undefined ? undefined : config.transcribeToken,
    timestamps ? undefined : config.noTimestampsToken
  ].filter((token) => token !== undefined);
}

function isLang(code: string): code is Lang {
  return (LANGUAGES as readonly string[]).includes(code);
}
