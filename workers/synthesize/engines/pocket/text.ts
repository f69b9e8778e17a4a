/** A text as Pocket TTS was trained to read it: `prepare_text_prompt` and `split_into_best_sentences` of kyutai-labs/pocket-tts. */
import type { Lang } from '../../../contract';
import { sentencesOf } from '../../stretches';

/** In tokens; of more, words get lost. */
const LONGEST_PIECE = 50;
/** Texts of fewer words are spoken badly, and better with spaces before them. */
const FEW_WORDS = 5;
const SPACES = ' '.repeat(8);

export interface Prepared {
  text: string;
  /** Frames that are still spoken once the model says that it ends. */
  tailFrames: number;
}

/** With a capital at its beginning and a mark at its end. */
export function prepared(piece: string): Prepared {
  const words = piece.split(/\s+/u).length;
  const [first = '', ...rest] = piece;
  const begun = first.toUpperCase() + rest.join('');
  const ended = /[\p{L}\p{N}]$/u.test(begun) ? `${begun}.` : begun;
  return { text: words < FEW_WORDS ? SPACES + ended : ended, tailFrames: words < FEW_WORDS ? 5 : 3 };
}

/**
 * Parts that are spoken one after another: as many sentences as can be held, and of a longer sentence its clauses, else
 * its words. A part without a letter or number says nothing and is left out.
 * @param tokensIn how many tokens a text has.
 */
export function piecesOf(
  text: string,
  language: Lang,
  tokensIn: (text: string) => number,
  longest = LONGEST_PIECE
): string[] {
  const fits = (part: string) => tokensIn(part) <= longest;
  const sentences = sentencesOf(text.replace(/\s+/gu, ' ').trim(), language).map((part) => part.trim());
  const parts = sentences.flatMap((sentence) => cut(sentence, fits));
  return joined(parts, fits).filter((part) => /[\p{L}\p{N}]/u.test(part));
}

function cut(part: string, fits: (part: string) => boolean): string[] {
  if (fits(part)) return [part];
  for (const border of [/(?<=[,;:،，、；：])\s*/u, /\s+/u]) {
    const parts = part.split(border).filter((each) => each !== '');
    if (parts.length > 1)
      return joined(
        parts.flatMap((each) => cut(each, fits)),
        fits
      );
  }
  const letters = [...part];
  if (letters.length < 2) return [part];
  const half = Math.ceil(letters.length / 2);
  return [letters.slice(0, half), letters.slice(half)].flatMap((each) => cut(each.join(''), fits));
}

function joined(parts: readonly string[], fits: (part: string) => boolean): string[] {
  const pieces: string[] = [];
  for (const part of parts) {
    const longer = `${pieces.at(-1)} ${part}`;
    if (pieces.length > 0 && fits(longer)) pieces[pieces.length - 1] = longer;
    else pieces.push(part);
  }
  return pieces;
}
