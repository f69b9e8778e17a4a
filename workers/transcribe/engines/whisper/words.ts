import type { WhisperTokenizer } from './tokenizer';

/** Neighbouring tokens that make a word: [from, to) of the text tokens. */
export interface WordTokens {
  /** As decoded: with the space that precedes it, if any, and its punctuation. */
  text: string;
  from: number;
  to: number;
}

/** Languages written without spaces between words: there each character is one. */
const UNSPACED: ReadonlySet<string> = new Set(['zh', 'ja', 'th', 'lo', 'my', 'yue']);

const BEFORE_A_WORD = /^\s*["'“¿¡([{«„-]+$/u;
const AFTER_A_WORD = /^["'.。,，!！?？:：;”)\]}»、…%]+$/u;

/** Groups text tokens into words; punctuation goes to its neighbour. All tokens are in exactly one word. */
export function wordsOf(
  tokens: readonly number[],
  tokenizer: WhisperTokenizer,
  language: string
): WordTokens[] {
  const characters = wholeCharacters(tokens, tokenizer);
  const words: WordTokens[] = [];
  for (const piece of characters) {
    const last = words.at(-1);
    const beginsWord = UNSPACED.has(language) || /^\s/u.test(piece.text) || !last;
    const joins = last && (!beginsWord || AFTER_A_WORD.test(piece.text) || BEFORE_A_WORD.test(last.text));
    if (joins) {
      last.text += piece.text;
      last.to = piece.to;
    } else {
      words.push({ ...piece });
    }
  }
  return words;
}

/** Byte-level tokens may end inside a character: tokens are joined until their text is whole. */
function wholeCharacters(tokens: readonly number[], tokenizer: WhisperTokenizer): WordTokens[] {
  const pieces: WordTokens[] = [];
  let from = 0;
  for (let to = 1; to <= tokens.length; to++) {
    const text = tokenizer.decode(tokens.slice(from, to));
    if (text.includes('\uFFFD') && to < tokens.length) continue;
    pieces.push({ text, from, to });
    from = to;
  }
  return pieces;
}
