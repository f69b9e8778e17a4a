/** Letters that Unicode does not take apart, as people type them without a special keyboard. */
const LIGATURES: Record<string, string> = {
  ß: 'ss',
  œ: 'oe',
  æ: 'ae',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i'
};

/** Lower case, accents and width folded: `Été` → `ete`, `Straße` → `strasse`. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .normalize('NFC')
    .replace(/[ßœæøłđðþı]/g, (letter) => LIGATURES[letter] ?? letter);
}

/** Scripts written without spaces: each character is a word of the index. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const WORD = /[\p{L}\p{N}]+/gu;
const LONGEST_WORD = 48;

/** The text's folded words, each once, for an index or a query. */
export function wordsOf(text: string): string[] {
  const words = new Set<string>();
  for (const [run] of fold(text).matchAll(WORD)) {
    if (!UNSPACED.test(run)) {
      words.add(run.slice(0, LONGEST_WORD));
      continue;
    }
    let spaced = '';
    for (const character of run) {
      if (!UNSPACED.test(character)) {
        spaced += character;
        continue;
      }
      if (spaced) words.add(spaced.slice(0, LONGEST_WORD));
      spaced = '';
      words.add(character);
    }
    if (spaced) words.add(spaced.slice(0, LONGEST_WORD));
  }
  return [...words];
}
