import { fold } from '$lib/storage';
import type { Lang, Segment, Word } from '$workers/contract';
import { splitSentences } from './sentences';

/** Beyond this many comparisons, a rewritten stretch counts as wholly new. */
const MOST_COMPARISONS = 4_000_000;

/**
 * Gives a corrected transcript the times of the words that it kept; new words share the time between their
 * neighbours. One segment for each sentence. Without word times before there are none after.
 */
export function retime(segments: readonly Segment[], text: string, language: Lang): Segment[] {
  const old = segments.flatMap(({ words }) => words);
  const last = segments.at(-1);
  if (old.length === 0 || !last) return [];
  const sentences = splitSentences(text, language).map((sentence) => tokensOf(sentence.text, language));
  const words = timed(old, sentences.flat(), last.endMs);
  let from = 0;
  return sentences.flatMap((tokens, index) => {
    const own = words.slice(from, (from += tokens.length));
    const [first, end] = [own[0], own.at(-1)];
    if (!first || !end) return [];
    return [
      {
        text: splitSentences(text, language)[index]?.text ?? tokens.join(' '),
        startMs: first.startMs,
        endMs: end.endMs,
        confidence: own.reduce((sum, { confidence }) => sum + confidence, 0) / own.length,
        words: own
      }
    ];
  });
}

/** Words with the marks that stand at them; Chinese and Japanese by the platform's dictionary. */
function tokensOf(text: string, language: Lang): string[] {
  if ((language === 'zh' || language === 'ja') && typeof Intl.Segmenter === 'function') {
    const tokens: string[] = [];
    for (const { segment, isWordLike } of new Intl.Segmenter(language, { granularity: 'word' }).segment(
      text
    )) {
      if (isWordLike || tokens.length === 0) tokens.push(segment);
      else tokens[tokens.length - 1] += segment;
    }
    return tokens.map((token) => token.trim()).filter((token) => token !== '');
  }
  return text.split(/\s+/u).filter((token) => token !== '');
}

function timed(old: readonly Word[], tokens: readonly string[], endMs: number): Word[] {
  const match = matches(
    old.map(({ text }) => bare(text)),
    tokens.map(bare)
  );
  const words: Word[] = [];
  for (let index = 0; index < tokens.length;) {
    const kept = old[match[index] ?? -1];
    if (kept) {
      words.push({ ...kept, text: tokens[index] ?? '' });
      index += 1;
      continue;
    }
    let until = index;
    while (until < tokens.length && match[until] === undefined) until += 1;
    const start = words.at(-1)?.endMs ?? old[0]?.startMs ?? 0;
    const end = Math.max(start, old[match[until] ?? -1]?.startMs ?? endMs);
    const each = (end - start) / (until - index);
    for (let place = 0; index < until; index++, place++) {
      const [startMs, wordEndMs] = [start + place * each, start + (place + 1) * each].map(Math.round);
      // A person wrote it: it is sure.
      words.push({
        text: tokens[index] ?? '',
        startMs: startMs ?? start,
        endMs: wordEndMs ?? end,
        confidence: 1
      });
    }
  }
  return words;
}

function bare(word: string): string {
  return fold(word).replace(/[^\p{L}\p{N}]+/gu, '');
}

/** For each word of `b` its partner in `a` on a longest common subsequence; undefined: none. */
function matches(a: readonly string[], b: readonly string[]): (number | undefined)[] {
  const partner: (number | undefined)[] = b.map(() => undefined);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) partner[start] = start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) partner[--endB] = --endA;

  const [rows, columns] = [endA - start, endB - start];
  if (rows === 0 || columns === 0 || rows * columns > MOST_COMPARISONS) return partner;
  // length[i][j]: longest common subsequence of what is behind i and j.
  const width = columns + 1;
  const length = new Uint32Array((rows + 1) * width);
  const at = (i: number, j: number) => length[i * width + j] ?? 0;
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const same = a[start + i] === b[start + j];
      length[i * width + j] = same ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  for (let i = 0, j = 0; i < rows && j < columns;) {
    if (a[start + i] === b[start + j]) partner[start + j++] = start + i++;
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return partner;
}
