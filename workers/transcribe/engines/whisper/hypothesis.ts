import { TimbreError } from '../../../contract';
import { loopStart } from './guards';
import type { AttentionRow } from './model';

/** What both ways of decoding are told. */
export interface SayOptions {
  /** Decode with timestamp tokens; the prompt must not hold `<|notimestamps|>` then. */
  timestamps: boolean;
  attention: boolean;
  /** Most tokens to say, the end not counted. */
  maxTokens: number;
  /** The text so far: of several, the likeliest. */
  onToken?: (said: readonly number[]) => void;
  /** Looked at before each token. */
  signal?: AbortSignal | undefined;
}

/** A window's text as tokens, and how probable it is. */
export interface Hypothesis {
  /** Everything said after the prompt, timestamps included, the end not. */
  tokens: number[];
  /** ln of each token's probability among the allowed ones. */
  logProbs: number[];
  /** Sum of them before anything was cut, the end's included where it was said. */
  sumLogProb: number;
  /** Mean of the same: Whisper's measure of a window's quality. */
  meanLogProb: number;
  /** One for each token that was given to the decoder after the prompt. */
  attention: AttentionRow[];
  /** It ran into a loop and was cut. */
  looped: boolean;
}

/** Tokens as far as they are said. */
export interface Said {
  tokens: readonly number[];
  logProbs: readonly number[];
  /** Sum of ln p, the end's included where it was said. */
  sum: number;
  attention: readonly AttentionRow[];
}

/** @param how `end`: the end was said; `limit`: there was no place left; otherwise how many tokens a loop leaves. */
export function conclude(said: Said, how: 'end' | 'limit' | { loopFrom: number }): Hypothesis {
  const kept = typeof how === 'object' ? how.loopFrom : said.tokens.length;
  return {
    tokens: said.tokens.slice(0, kept),
    logProbs: said.logProbs.slice(0, kept),
    sumLogProb: said.sum,
    meanLogProb: said.sum / (said.tokens.length + (how === 'end' ? 1 : 0)),
    attention: said.attention.slice(0, kept),
    looped: typeof how === 'object'
  };
}

/** Whether tokens end in a loop, as `conclude` takes it. */
export function loopOf(tokens: readonly number[]): { loopFrom: number } | undefined {
  const loopFrom = loopStart(tokens);
  return loopFrom === undefined ? undefined : { loopFrom };
}

/** @throws TimbreError 'job/cancelled'. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TimbreError('job/cancelled', 'cancelled between two tokens');
}
