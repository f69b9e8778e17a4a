/** Text as Chatterbox Multilingual was trained on it (`punc_norm` and `MTLTokenizer` of resemble-ai/chatterbox). */
import { LANGUAGES, type Lang } from '../../../contract';
import { TOKENS_PER_SECOND } from './layout';

/** Czech and Hungarian it never learned; Chinese and Japanese it reads in a writing that needs a segmenter and a dictionary. */
const UNSPOKEN: readonly Lang[] = ['cs', 'hu', 'zh', 'ja'];
export const SPOKEN = LANGUAGES.filter((language) => !UNSPOKEN.includes(language));

/** Marks that it has not learned, and those that it has. */
const MARKS: readonly (readonly [RegExp, string])[] = [
  [/[\u2018\u2019\u201a\u2039\u203a]/gu, "'"],
  [/«\s*|\s*»|[\u201c\u201d\u201e]/gu, '"'],
  [/\s+[-–—]+\s+|[–—]+/gu, ', '],
  [/(?:…|\.{3,})(?=[\p{L}\p{N}])/gu, ', '],
  [/…|\.{3,}/gu, ','],
  [/;|:(?!\d)/gu, ','],
  // In brackets the vocabulary has commands.
  [/[[\]{}<>]/gu, ' '],
  [/\s+/gu, ' '],
  [/ (?=[,.!?])/gu, ''],
  [/,(?: ?,)+/gu, ',']
];
/** A sentence that ends with none of these is not over for it. */
const ENDS = /[.!?؟,-]["')]*$/u;

/** What its tokenizer is given: `[fr]bonjour à tous.`, lower case and taken apart into letters and their marks. */
export function preparedText(text: string, language: Lang): string {
  const plain = MARKS.reduce((so, [mark, known]) => so.replace(mark, known), text).trim();
  const whole = ENDS.test(plain) ? plain : `${plain}.`;
  return `[${language}]${whole.toLowerCase().normalize('NFKD')}`;
}

/** Whether there is anything in a text that is said. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** Slow speech takes so many seconds for a letter, and for a syllable in Korean; a digit is a word. */
const SLOWEST = { letter: 0.16, syllable: 0.5, digit: 0.7 };
/** No one speaks faster than this, in letters a second. */
const FASTEST = 50;
/** Silence around short texts. */
const AROUND_SECONDS = 1.5;
/** The model was trained on speech of up to 40 s. */
const MOST_TOKENS = 1000;

/** How many speech tokens a text can have: fewer say less than all of it, more are a model that has lost its way. */
export function tokenRange(text: string): { least: number; most: number } {
  const digits = text.match(/\p{N}/gu)?.length ?? 0;
  const syllables = text.match(/\p{Script=Hangul}/gu)?.length ?? 0;
  const letters = (text.match(/\p{L}/gu)?.length ?? 0) - syllables;
  const slowest =
    AROUND_SECONDS + SLOWEST.letter * letters + SLOWEST.syllable * syllables + SLOWEST.digit * digits;
  return {
    least: Math.ceil((TOKENS_PER_SECOND * (letters + syllables + digits)) / FASTEST),
    most: Math.min(MOST_TOKENS, Math.ceil(TOKENS_PER_SECOND * slowest))
  };
}
