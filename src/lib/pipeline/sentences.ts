import type { Lang } from '$workers/contract';

/** A sentence and the white space behind it: all of them one after another are the text. */
export interface Sentence {
  text: string;
  gap: string;
}

/** Longer sentences are cut at a pause; translation models lose the end of what is too long. In characters. */
const LONGEST = 240;
/** Chinese and Japanese say as much in fewer characters. */
const LONGEST_UNSPACED = 80;

const UNSPACED: readonly Lang[] = ['zh', 'ja'];

/** Words that end in a full stop which ends no sentence, lower case, without it. */
const ABBREVIATIONS: Partial<Record<Lang, readonly string[]>> = {
  en: ['mr', 'mrs', 'ms', 'dr', 'prof', 'st', 'vs', 'no', 'e.g', 'i.e', 'approx'],
  fr: ['m', 'mm', 'mme', 'mlle', 'dr', 'pr', 'st', 'ste', 'no', 'p', 'ex', 'env', 'art', 'cf'],
  de: [
    'dr',
    'prof',
    'hr',
    'fr',
    'nr',
    'bzw',
    'z',
    'b',
    'd',
    'h',
    'u',
    'a',
    'ca',
    'evtl',
    'ggf',
    'st',
    'str',
    'usw',
    'vgl'
  ],
  es: ['sr', 'sra', 'srta', 'dr', 'dra', 'd', 'dña', 'ud', 'uds', 'núm', 'pág', 'av', 'p', 'ej'],
  it: ['sig', 'sig.ra', 'dott', 'dr', 'prof', 'ing', 'avv', 'n', 'pag', 'es'],
  pt: ['sr', 'sra', 'dr', 'dra', 'prof', 'profa', 'n', 'pág', 'av', 'ex'],
  nl: ['dhr', 'mevr', 'mw', 'dr', 'prof', 'nr', 'bijv', 'ca', 'm.a.w', 'd.w.z'],
  pl: ['p', 'dr', 'prof', 'mgr', 'inż', 'ul', 'nr', 'np', 'tzn', 'ok', 'św'],
  cs: ['p', 'dr', 'prof', 'mgr', 'ing', 'ul', 'č', 'např', 'tzv', 'sv'],
  hu: ['dr', 'prof', 'ifj', 'id', 'pl', 'kb', 'u'],
  tr: ['dr', 'prof', 'doç', 'sn', 'no', 'cad', 'sok', 'örn'],
  ru: ['г', 'гр', 'д', 'ул', 'им', 'проф', 'т.е', 'т.к', 'т.д', 'др', 'стр', 'руб']
};

/** Where `3.` is "third": a number with a full stop goes on. */
const ORDINAL_STOPS: readonly Lang[] = ['de', 'cs', 'hu', 'pl', 'tr'];

/**
 * Cuts a text into sentences: the platform's segmentation (UAX 29), put together again after abbreviations,
 * initials and ordinals, and cut at pauses where it is too long. Nothing is dropped: texts and gaps joined
 * are the trimmed text.
 */
export function splitSentences(text: string, language: Lang): Sentence[] {
  const merged: Sentence[] = [];
  for (const piece of segments(text.trim(), language)) {
    const body = piece.trim();
    const last = merged.at(-1);
    if (last) last.gap += piece.slice(0, piece.length - piece.trimStart().length);
    if (body === '') continue;
    const gap = piece.slice(piece.trimEnd().length);
    if (last && !endsThere(last, language)) {
      last.text += last.gap + body;
      last.gap = gap;
    } else merged.push({ text: body, gap });
  }
  return merged.flatMap((sentence) =>
    cutAtPauses(sentence, UNSPACED.includes(language) ? LONGEST_UNSPACED : LONGEST)
  );
}

/** What there is to translate: a sentence without a letter (numbers, dashes, faces) is the same in every language. */
export function hasWords(sentence: string): boolean {
  return /\p{L}/u.test(sentence);
}

/** Puts translated sentences together; `gaps` are those behind their sources. */
export function joinSentences(texts: readonly string[], gaps: readonly string[], language: Lang): string {
  let joined = '';
  texts.forEach((text, index) => {
    joined += text;
    if (index === texts.length - 1 || text === '') return;
    const lines = (gaps[index] ?? '').replace(/[^\n]/g, '');
    joined += lines || (UNSPACED.includes(language) ? '' : ' ');
  });
  return joined.trimEnd();
}

function segments(text: string, language: Lang): string[] {
  if (typeof Intl.Segmenter === 'function') {
    return Array.from(
      new Intl.Segmenter(language, { granularity: 'sentence' }).segment(text),
      ({ segment }) => segment
    );
  }
  // Browsers without it: after a final mark and what closes it, and after a line.
  return (
    text
      .match(/[^.!?…。！？؟\n]*(?:[.!?…。！？؟]+["'”’»)\]]*\s*|\n+|$)/gu)
      ?.filter((piece) => piece !== '') ?? []
  );
}

function endsThere({ text, gap }: Sentence, language: Lang): boolean {
  if (gap.includes('\n') || !text.endsWith('.')) return true;
  const word =
    /(\S+)\.$/u
      .exec(text)?.[1]
      ?.toLowerCase()
      .replace(/^[^\p{L}\p{N}]+/u, '') ?? '';
  if (ABBREVIATIONS[language]?.includes(word)) return false;
  if (/^\d{1,2}$/.test(word)) return !ORDINAL_STOPS.includes(language);
  // An initial, as in "J. S. Bach"; "I." and the Spanish "y." end sentences far more often.
  return !/(^|\s)\p{Lu}\.$/u.test(text) || /(^|\s)I\.$/u.test(text);
}

function cutAtPauses({ text, gap }: Sentence, longest: number): Sentence[] {
  if (text.length <= longest) return [{ text, gap }];
  const head = text.slice(0, longest);
  const at =
    lastMatchEnd(
      head,
      /[;:,،؛、，；：](?=\s|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])/gu,
      longest / 3
    ) ??
    lastMatchEnd(head, /\S(?=\s)/gu, longest / 3) ??
    wholeCharacters(head);
  const rest = text.slice(at);
  const body = rest.trimStart();
  const between = rest.slice(0, rest.length - body.length);
  return [{ text: text.slice(0, at), gap: between }, ...cutAtPauses({ text: body, gap }, longest)];
}

/** End of the last match that lies beyond `least`. */
function lastMatchEnd(text: string, pattern: RegExp, least: number): number | undefined {
  let end: number | undefined;
  for (const match of text.matchAll(pattern)) if (match.index >= least) end = match.index + match[0].length;
  return end;
}

/** Its length, less half a surrogate pair at the end. */
function wholeCharacters(text: string): number {
  return /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length;
}

/** Nothing dropped: as many sentences came back as went, and none is empty. */
export function isWhole({ sentences }: { sentences: readonly string[] }, count: number): boolean {
  return sentences.length === count && sentences.every((sentence) => sentence.trim() !== '');
}
