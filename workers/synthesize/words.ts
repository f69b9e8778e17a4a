import type { Lang } from '../contract';
import type { Mark } from './baseVoice';

/** A word as it stands in a text, with the punctuation that belongs to it. */
export interface TextWord {
  text: string;
  start: number;
}

export interface TimedWord {
  text: string;
  startMs: number;
  endMs: number;
}

const UNSPACED: readonly Lang[] = ['zh', 'ja'];

/** The text's words in order. Marks and dashes that stand alone go with the word before, at the beginning with the word behind. */
export function wordsOf(text: string, language: Lang): TextWord[] {
  const words: TextWord[] = [];
  let waiting: number | undefined;
  for (const { start, end } of piecesOf(text, language)) {
    const last = words.at(-1);
    const isWord = /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text.slice(start, end));
    if (isWord) {
      words.push({ text: text.slice(waiting ?? start, end), start: waiting ?? start });
      waiting = undefined;
    } else if (last) last.text = text.slice(last.start, end);
    else waiting ??= start;
  }
  return words;
}

function piecesOf(text: string, language: Lang): { start: number; end: number }[] {
  if (UNSPACED.includes(language) && typeof Intl.Segmenter === 'function') {
    return Array.from(new Intl.Segmenter(language, { granularity: 'word' }).segment(text))
      .filter(({ segment }) => segment.trim() !== '')
      .map(({ segment, index }) => ({ start: index, end: index + segment.length }));
  }
  return Array.from(text.matchAll(/\S+/gu), (match) => ({
    start: match.index,
    end: match.index + match[0].length
  }));
}

/**
 * When each word is spoken. A word begins at the first mark within it; words without a mark (the engine
 * joined or rewrote them) share the time up to the next that has one by their lengths. A word ends where
 * the next begins.
 * @param endMs end of the sound.
 */
export function timeWords(words: readonly TextWord[], marks: readonly Mark[], endMs: number): TimedWord[] {
  const starts = new Array<number | undefined>(words.length).fill(undefined);
  let at = 0;
  for (const mark of marks) {
    while (at + 1 < words.length && (words[at + 1] as TextWord).start <= mark.at) at++;
    starts[at] ??= Math.min(mark.timeMs, endMs);
  }
  if (words.length > 0) starts[0] ??= 0;

  const timed: TimedWord[] = [];
  for (let from = 0; from < words.length;) {
    let to = from + 1;
    while (to < words.length && starts[to] === undefined) to++;
    const begin = starts[from] ?? 0;
    const until = Math.max(begin, starts[to] ?? endMs);
    const run = words.slice(from, to);
    const letters = run.reduce((sum, word) => sum + word.text.length, 0);
    let startMs = begin;
    for (const { text } of run) {
      const lengthMs = ((until - begin) * text.length) / letters;
      timed.push({ text, startMs, endMs: startMs + lengthMs });
      startMs += lengthMs;
    }
    from = to;
  }
  return timed;
}
