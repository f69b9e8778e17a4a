/** A text as what the model says in one run each: a sentence, or a part of a long one. */
import type { Lang } from '../../../contract';
import { wordsOf } from '../../words';
import { clausesOf, type Clause } from './clauses';
import type { WeightedWord } from '../../wordMarks';

/** Phonemes in IPA of some words, without marks. */
export type Pronounce = (words: string) => string;

export interface Run {
  /** With marks and spaces. */
  phonemes: string;
  /** The words of each clause. */
  clauses: WeightedWord[][];
  /** Pause behind it, beyond the model's own. */
  pauseMs: number;
}

/** In phonemes, some 15 s: a run's memory grows with its length. */
const LONGEST_RUN = 250;
/** Piper's own between sentences. */
const SENTENCE_PAUSE_MS = 200;

interface SaidClause extends Clause {
  phonemes: string;
}

/** @param text one stretch of it. */
export function runsOf(text: string, language: Lang, pronounce: Pronounce): Run[] {
  return clausesOf(text, language).flatMap((sentence) => {
    const parts: SaidClause[][] = [];
    let length = 0;
    for (const clause of sentence.flatMap((whole) => shortened(whole, language, pronounce))) {
      const last = parts.at(-1);
      if (last && length + clause.phonemes.length <= LONGEST_RUN) last.push(clause);
      else {
        parts.push([clause]);
        length = 0;
      }
      length += clause.phonemes.length;
    }
    return parts.map((clauses, i) => ({
      phonemes: clauses.map(withMark).join('').trim(),
      clauses: clauses.map((clause) => weighed(clause, language, pronounce)),
      pauseMs: i === parts.length - 1 ? SENTENCE_PAUSE_MS : 0
    }));
  });
}

/** Marks amid a sentence are followed by a space, as in Piper. Breaks that eSpeak makes by itself are commas. */
function withMark({ phonemes, mark }: SaidClause): string {
  return `${phonemes.replace(/\s*\|\s*/gu, ', ')}${mark} `;
}

/** A clause that is too long for one run, in halves between words, or anywhere in a word that is. */
function shortened(clause: Clause, language: Lang, pronounce: Pronounce): SaidClause[] {
  const phonemes = pronounce(clause.text.trim());
  if (phonemes.length <= LONGEST_RUN || clause.text.length < 2) return [{ ...clause, phonemes }];
  const words = wordsOf(clause.text, language);
  const middle = words[Math.floor(words.length / 2)]?.start ?? 0;
  const cut = middle > 0 ? middle : Math.floor(clause.text.length / 2);
  return [
    { text: clause.text.slice(0, cut), start: clause.start, mark: '' as const },
    { ...clause, text: clause.text.slice(cut), start: clause.start + cut }
  ].flatMap((half) => shortened(half, language, pronounce));
}

/** Each word's weight is what it has of phonemes when it is said alone; stress is none, length is half a one. */
function weighed({ text, start }: Clause, language: Lang, pronounce: Pronounce): WeightedWord[] {
  return wordsOf(text, language).map((word) => {
    const phonemes = pronounce(word.text);
    const letters = phonemes.match(/[\p{Ll}\p{Lo}]/gu)?.length ?? 0;
    const long = phonemes.match(/ː/gu)?.length ?? 0;
    return { at: start + word.start, weight: Math.max(1, letters + long / 2) };
  });
}
