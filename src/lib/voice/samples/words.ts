import { fold } from '$lib/storage';
import { DEFAULT_MODELS } from '$workers/contract';
import type { Standing } from './standing';
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
 * When what a recogniser wrote down is believed. A full-size one gets most words of the right sentence. The starter
 * recogniser writes down wrongly nearly all that real voices say outside its grammar, and is not believed at all; where
 * it places the sentence among others (`standing`) is.
 */
const BELIEVED = { confidence: 0.6, shared: 0.2 } as const;

/**
 * Where a sentence that was said doesn't stand, in deviations. Of 96 clips of four people none did, nor over a telephone's
 * band; with noise at 15 dB or in an echoing room one or two of a hundred. Where something else was said, seven of ten
 * do; where it was another of the phrases, nine of ten (docs/voice-models.md).
 */
const NOT_SAID = { aboveMean: 0.5, belowBest: 2 } as const;

/** What is known of the words that were said. */
export interface SaidWords {
  /** Null: nobody listened for words. */
  heard: Heard | null;
  /** Null: not known. */
  standing: Standing | null;
  /** How long somebody spoke. */
  speechMs: number;
}

/** Whether it is plain that not `expected` was said. */
export function isSomethingElse(expected: string, { heard, standing, speechMs }: SaidWords): boolean {
  if (expected.length > (QUICKEST_PER_SECOND * speechMs) / 1000) return true;
  if (standing && (standing.aboveMean < NOT_SAID.aboveMean || standing.belowBest > NOT_SAID.belowBest))
    return true;
  if (!heard || heard.model === DEFAULT_MODELS.transcriber) return false;
  const shared = sharedWords(foldedWords(expected), foldedWords(heard.text));
  return heard.confidence >= BELIEVED.confidence && shared <= BELIEVED.shared;
}
