/** From a message's words to its segments: a sentence, or what lies between two long pauses. */
import type { Segment, Word } from '../contract';
import type { WindowWord } from './engines/whisper';
import type { Stretch } from './speech';

/** A pause that ends a segment even inside a sentence. */
const SEGMENT_PAUSE_MS = 1000;
/** The longest segment; a speaker without full stops is cut here, at the next word. */
const LONGEST_SEGMENT_MS = 20_000;

const SENTENCE_END = /[.!?…。？！]["'”»)\]]*$/u;
/** "3.", "z.B.", "Dr." end no sentence. */
const ABBREVIATION =
  /^(\p{Lu}|\d{1,2}|\p{L}(\.\p{L})+|dr|mr|mrs|ms|st|nr|no|bzw|usw|etc|m|mme|mlle|sr|sra|sig|prof)\.$/iu;

export function segmentsOf(words: readonly WindowWord[]): Segment[] {
  const groups: WindowWord[][] = [];
  let group: WindowWord[] = [];
  words.forEach((word, i) => {
    group.push(word);
    const next = words[i + 1];
    if (!next || endsSegment(word, next, group[0] ?? word)) {
      groups.push(group);
      group = [];
    }
  });
  return groups.map(toSegment);
}

function endsSegment(word: WindowWord, next: WindowWord, first: WindowWord): boolean {
  const text = word.text.trim();
  if (SENTENCE_END.test(text) && !ABBREVIATION.test(text)) return true;
  return next.startMs - word.endMs >= SEGMENT_PAUSE_MS || word.endMs - first.startMs >= LONGEST_SEGMENT_MS;
}

function toSegment(words: readonly WindowWord[]): Segment {
  return {
    text: textOf(words),
    startMs: Math.round(words[0]?.startMs ?? 0),
    endMs: Math.round(words.at(-1)?.endMs ?? 0),
    confidence: confidenceOf(words),
    words: words.map(toWord)
  };
}

function toWord({ text, startMs, endMs, confidence }: WindowWord): Word {
  return { text: text.trim(), startMs: Math.round(startMs), endMs: Math.round(endMs), confidence };
}

/** Words carry their own spaces; so languages without any come out right. */
export function textOf(words: readonly { text: string }[]): string {
  return words
    .map((word) => word.text)
    .join('')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** Geometric mean of the words' token probabilities; 0 for no words. */
export function confidenceOf(words: readonly WindowWord[]): number {
  const tokens = words.reduce((sum, word) => sum + word.tokens, 0);
  if (tokens === 0) return 0;
  return Math.exp(
    words.reduce((sum, word) => sum + word.tokens * Math.log(Math.max(word.confidence, 1e-9)), 0) / tokens
  );
}

/**
 * Moves a word's ends out of silence: attention wanders in pauses, voice activity doesn't.
 * A word that lies in silence altogether stays where it is.
 */
export function snapToSpeech(word: WindowWord, speech: readonly Stretch[], samplesPerMs: number): WindowWord {
  const touching = speech.filter(
    ({ from, to }) => from < word.endMs * samplesPerMs && to > word.startMs * samplesPerMs
  );
  const first = touching[0];
  const last = touching.at(-1);
  if (!first || !last) return word;
  return {
    ...word,
    startMs: Math.max(word.startMs, first.from / samplesPerMs),
    endMs: Math.min(word.endMs, last.to / samplesPerMs)
  };
}
