import { fold } from '$lib/storage';
import { DEFAULT_MODELS } from '$workers/contract';
import type { Heard } from './types';

const WORD = /[\p{L}\p{N}]+/gu;
/** Scripts written without spaces: each character is a word. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu;

/** The text's words, folded, in order. */
export function foldedWords(text: string): string[] {
  return fold(text).replace(UNSPACED, ' $& ').match(WORD) ?? [];
}

/** Share of the expected words that were heard, each as often as it is expected at most: 0…1. Their order plays no part. */
export function sharedWords(expected: readonly string[], heard: readonly string[]): number {
  const left = [...heard];
  let found = 0;
  for (const word of expected) {
    const at = left.indexOf(word);
    if (at < 0) continue;
    left.splice(at, 1);
    found++;
  }
  return expected.length > 0 ? found / expected.length : 1;
}

/** Nobody speaks so many characters in a second; the quickest readers reach 25. */
const QUICKEST_PER_SECOND = 40;

/**
 * When a recogniser is believed that something else was said.
 *
 * The starter recogniser writes down wrongly nearly all that real voices say outside its grammar: on 130 clips of
 * four people reading the very sentence, nearly half of its transcripts shared a tenth of the words or fewer, and none was
 * more confident than 0.61; the number of words was off by 3.1 times at most. So it is believed only where it is surer
 * than it ever was there, has next to nothing of the sentence, and the lengths differ wildly, too. That lets much pass
 * and accuses nobody who read. A full-size recogniser gets most words of the right sentence.
 */
const BELIEVED = {
  starter: { confidence: 0.7, shared: 0.1, timesAsLong: 2 },
  fetched: { confidence: 0.6, shared: 0.2, timesAsLong: 1 }
} as const;

/**
 * Whether it is plain that not `expected` was said.
 * @param heard null: nothing is known of the words. @param speechMs how long somebody spoke.
 */
export function isSomethingElse(expected: string, heard: Heard | null, speechMs: number): boolean {
  if (expected.length > (QUICKEST_PER_SECOND * speechMs) / 1000) return true;
  if (!heard) return false;
  const rule = heard.model === DEFAULT_MODELS.transcriber ? BELIEVED.starter : BELIEVED.fetched;
  const [wanted, found] = [foldedWords(expected), foldedWords(heard.text)];
  const times = Math.max(wanted.length, found.length) / Math.max(1, Math.min(wanted.length, found.length));
  return (
    heard.confidence >= rule.confidence &&
    sharedWords(wanted, found) <= rule.shared &&
    times >= rule.timesAsLong
  );
}
