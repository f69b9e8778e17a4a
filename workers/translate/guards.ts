/** Guards against what a translation model does when it loses its way: loops, stops early, says nothing. Of all engines. */

/** Rounds of a pattern of so many tokens that make a loop. Short patterns need more: "no, no, no" is speech. */
function roundsOfLoop(period: number): number {
  if (period === 1) return 6;
  return period <= 3 ? 4 : 3;
}

const LONGEST_PERIOD = 16;

/** Whether the tokens end in a loop. */
export function endsInLoop(tokens: readonly number[]): boolean {
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    const needed = period * roundsOfLoop(period);
    if (tokens.length < needed) return false;
    let same = 0;
    while (
      same < needed - period &&
      tokens[tokens.length - 1 - same] === tokens[tokens.length - 1 - same - period]
    ) {
      same++;
    }
    if (same >= needed - period) return true;
  }
  return false;
}

/** Whether a loop is anywhere: a speaker who repeats himself is translated so. */
export function holdsLoop(tokens: readonly number[]): boolean {
  return tokens.some((_, i) => endsInLoop(tokens.slice(0, i + 1)));
}

/** Tokens that would say a run of `size` tokens for the second time. */
export function repeatingTokens(tokens: readonly number[], size: number): number[] {
  if (size < 1 || tokens.length < size) return [];
  const last = tokens.slice(tokens.length - (size - 1));
  const banned: number[] = [];
  for (let i = 0; i + size <= tokens.length; i++) {
    if (last.every((token, k) => tokens[i + k] === token)) banned.push(tokens[i + size - 1] as number);
  }
  return banned;
}

/** Most tokens that a translation of so many may have. Scripts differ in how much a token holds. */
export function lengthLimit(sourceTokens: number, generous: boolean): number {
  return generous ? 4 * sourceTokens + 24 : Math.ceil(2.5 * sourceTokens) + 12;
}

/** So short that part of the sentence must be missing. Languages differ by less than a factor of two. */
export function isTooShort(sourceTokens: number, tokens: number): boolean {
  return sourceTokens >= 12 && tokens < sourceTokens / 4;
}

/** Whether there is anything to translate. Dashes, dots and faces are the same in every language. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** A sign that is a word or a syllable says as much as so many letters. */
const LETTERS_OF: readonly (readonly [RegExp, number])[] = [
  [/\p{Script=Han}/u, 3],
  [/[\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u, 2],
  [/[\p{L}\p{N}]/u, 1]
];
/** Fewer letters than these may be said in any number of others. */
const SHORT = 24;
const MOST_TIMES = 4;

/**
 * Whether a text can be what a sentence says in another language, by its length and its rounds: for engines that
 * give text and not tokens.
 */
export function isPlausible(sentence: string, translation: string): boolean {
  if (!hasWords(translation)) return false;
  const [before, after] = [lettersIn(sentence), lettersIn(translation)];
  if (before >= SHORT && after < before / MOST_TIMES) return false;
  if (after > MOST_TIMES * before + SHORT) return false;
  return !holdsLoop(wordsIn(translation)) || holdsLoop(wordsIn(sentence));
}

function lettersIn(text: string): number {
  let count = 0;
  for (const sign of text) count += LETTERS_OF.find(([kind]) => kind.test(sign))?.[1] ?? 0;
  return count;
}

/** Words, or signs where no spaces part them; equal ones have the same number. */
function wordsIn(text: string): number[] {
  const words = text
    .toLowerCase()
    .match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}]+/gu);
  const numbers = new Map<string, number>();
  return (words ?? []).map((word) => {
    const number = numbers.get(word) ?? numbers.size;
    numbers.set(word, number);
    return number;
  });
}
