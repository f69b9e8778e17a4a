import type { Lang } from '../contract';
import type { Mark } from './baseVoice';
import { wordMarks, type WeightedWord } from './wordMarks';
import { wordsOf } from './words';

/** Behind these a speaker may pause. */
const CLAUSE_END = /[.,;:!?…。、，；：！？؟،؛–—)\]»”]["'’”»)\]]*$/u;
/** A digit is said as a word. */
const DIGIT_LETTERS = 4;

/**
 * When each word is spoken, for engines that don't know: words share the parts that are heard by their letters, and
 * clauses end at the pauses that are nearest to where they would (`wordMarks`).
 * @param text what was said. @returns a mark for each word; none where nothing is heard or there is no word.
 */
export function estimatedMarks(
  text: string,
  language: Lang,
  { samples, sampleRateHz }: { samples: Float32Array; sampleRateHz: number }
): Mark[] {
  const clauses: WeightedWord[][] = [];
  let clause: WeightedWord[] = [];
  for (const { text: word, start } of wordsOf(text, language)) {
    clause.push({ at: start, weight: lettersOf(word) });
    if (!CLAUSE_END.test(word)) continue;
    clauses.push(clause);
    clause = [];
  }
  if (clause.length > 0) clauses.push(clause);
  return clauses.length === 0 ? [] : wordMarks(clauses, samples, sampleRateHz);
}

/** How long a word is beside others; never nothing. */
function lettersOf(word: string): number {
  const digits = word.match(/\p{N}/gu)?.length ?? 0;
  const letters = word.match(/\p{L}/gu)?.length ?? 0;
  return Math.max(1, letters + DIGIT_LETTERS * digits);
}
