import type { Lang } from '../contract';

/** A part of the text that is spoken in one go. */
export interface Stretch {
  text: string;
  /** Its place in the text. */
  start: number;
  /** Pause behind it. */
  pauseMs: number;
}

/** In characters. An engine's own pauses are the best, so sentences stay together up to this. */
const LONGEST = 600;
const SENTENCE_PAUSE_MS = 300;
const PARAGRAPH_PAUSE_MS = 550;

/**
 * Cuts a text at its lines, and long lines between sentences; what still is too long, between words.
 * @param longest in characters.
 */
export function stretchesOf(text: string, language: Lang, longest = LONGEST): Stretch[] {
  const pieces = new RegExp(`[\\s\\S]{1,${longest}}(?=\\s|$)|[\\s\\S]{1,${longest}}`, 'gu');
  const stretches: Stretch[] = [];
  for (const line of text.matchAll(/[^\n\r\u2028\u2029]+/gu)) {
    let begin = line.index;
    let length = 0;
    const close = (pauseMs: number) => {
      const part = text.slice(begin, begin + length);
      if (part.trim() !== '') stretches.push({ text: part, start: begin, pauseMs });
      begin += length;
      length = 0;
    };
    for (const sentence of sentencesOf(line[0], language)) {
      if (length > 0 && length + sentence.length > longest) close(SENTENCE_PAUSE_MS);
      for (const piece of sentence.match(pieces) ?? []) {
        if (length > 0 && length + piece.length > longest) close(0);
        length += piece.length;
      }
    }
    close(PARAGRAPH_PAUSE_MS);
  }
  return stretches;
}

/** The sentences of a line, together the whole of it. */
export function sentencesOf(line: string, language: Lang): string[] {
  // Browsers without it speak long lines in pieces that end between words.
  if (typeof Intl.Segmenter !== 'function') return [line];
  return Array.from(
    new Intl.Segmenter(language, { granularity: 'sentence' }).segment(line),
    ({ segment }) => segment
  );
}
