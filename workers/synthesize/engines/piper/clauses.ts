import type { Lang } from '../../../contract';
import { sentencesOf } from '../../stretches';

/** The marks that Piper's voices know, as phonemes of their own. */
export type PauseMark = '' | ',' | ';' | ':' | '.' | '?' | '!';

/** A part of a sentence that is said without a pause. */
export interface Clause {
  /** Without the mark that ends it. */
  text: string;
  /** Its place in the text. */
  start: number;
  mark: PauseMark;
}

const CLOSING = `["'»”’)\\]」』）]*`;
/**
 * Where a clause ends. Western marks count before a space, so that 8:30 stays whole; a full stop only at the
 * sentence's end, so that abbreviations do.
 */
const END = new RegExp(
  [
    `[,;:!?…،؛؟]+[.…]*${CLOSING}(?=\\s|$)`,
    `\\.+${CLOSING}(?=\\s*$)`,
    `[，、；：！？。．]+${CLOSING}`,
    '\\s[–-](?=\\s)',
    '—'
  ].join('|'),
  'gu'
);

const MARKS: readonly (readonly [RegExp, PauseMark])[] = [
  [/[?؟？]/u, '?'],
  [/[!！]/u, '!'],
  [/[:：]/u, ':'],
  [/[;؛；]/u, ';'],
  [/[,،，、]/u, ','],
  [/[.。．]/u, '.']
];

/** The clauses of each sentence, in order; those without a letter or digit are left out. */
export function clausesOf(text: string, language: Lang): Clause[][] {
  let start = 0;
  return sentencesOf(text, language)
    .map((sentence) => {
      const clauses = clausesIn(sentence, start);
      start += sentence.length;
      return clauses;
    })
    .filter((clauses) => clauses.length > 0);
}

function clausesIn(sentence: string, start: number): Clause[] {
  const ends = [...sentence.matchAll(END)].map((found) => ({
    from: found.index,
    to: found.index + found[0].length,
    mark: markOf(found[0], sentence.slice(found.index + found[0].length).trim() === '')
  }));
  const clauses: Clause[] = [];
  let at = 0;
  for (const { from, to, mark } of [
    ...ends,
    { from: sentence.length, to: sentence.length, mark: '' as const }
  ]) {
    const text = sentence.slice(at, from);
    if (/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text)) clauses.push({ text, start: start + at, mark });
    at = to;
  }
  return clauses;
}

/** Dashes and dots amid a sentence are what eSpeak makes of them: semicolons. */
function markOf(found: string, isLast: boolean): PauseMark {
  const mark = MARKS.find(([pattern]) => pattern.test(found))?.[1];
  return mark ?? (isLast ? '.' : ';');
}
