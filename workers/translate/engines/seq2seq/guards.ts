/** Guards against what a translation model does when it loses its way: loops, stops early, says nothing. */

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
