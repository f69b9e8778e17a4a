import { spreadEvenly, tokenSpans } from './alignment';
import { isBlank } from './guards';
import type { Hypothesis } from './hypothesis';
import type { AttentionRow } from './model';
import type { WhisperTokenizer } from './tokenizer';
import { wordsOf } from './words';

/** A word in a window. */
export interface WindowWord {
  /** With the space that precedes it, where the language has one. */
  text: string;
  /** From the window's start. */
  startMs: number;
  endMs: number;
  /** 0…1: geometric mean of its tokens' probabilities. */
  confidence: number;
  /** Tokens it is made of; the weight of its confidence in a mean. */
  tokens: number;
}

/** What is known of a window and its model. */
interface Timing {
  tokenizer: WhisperTokenizer;
  language: string;
  /** Encoder positions that are sound and not padding. */
  positions: number;
  positionsPerSecond: number;
  durationMs: number;
}

/** [from, to) in encoder positions. */
interface Span {
  from: number;
  to: number;
}

/** The words of a text with their times and confidences. @param prompt attention of the prompt's places, from `<|startoftranscript|>` on. */
export function timedWords(
  hypothesis: Hypothesis,
  prompt: readonly AttentionRow[],
  timing: Timing
): WindowWord[] {
  const { tokenizer, durationMs } = timing;
  const texts = hypothesis.tokens.flatMap((token, i) => (tokenizer.isText(token) ? [{ token, i }] : []));
  const spans = spansOf(hypothesis, prompt, timing);
  const msPerPosition = 1000 / timing.positionsPerSecond;
  const words = wordsOf(
    texts.map(({ token }) => token),
    tokenizer,
    timing.language
  );
  return words.flatMap(({ text, from, to }) => {
    const members = texts.slice(from, to).map(({ i }) => i);
    const [first, last] = [spans[members[0] ?? 0], spans[members.at(-1) ?? 0]];
    if (isBlank(text) || !first || !last) return [];
    const mean = members.reduce((sum, i) => sum + (hypothesis.logProbs[i] ?? 0), 0) / members.length;
    return [
      {
        text,
        startMs: Math.min(durationMs, first.from * msPerPosition),
        endMs: Math.min(durationMs, last.to * msPerPosition),
        confidence: Math.exp(mean),
        tokens: members.length
      }
    ];
  });
}

/** Of every token said. */
function spansOf(hypothesis: Hypothesis, prompt: readonly AttentionRow[], timing: Timing): Span[] {
  const rows = [...prompt, ...hypothesis.attention];
  const { tokens } = hypothesis;
  const { positions, positionsPerSecond } = timing;
  if (rows.length > 0) return tokenSpans(rows, prompt.length, tokens.length, positions, positionsPerSecond);
  return spansFromTimestamps(tokens, timing) ?? spreadEvenly(tokens.length, positions);
}

/** Tokens between two timestamps share the time between them. Undefined where there are none. */
function spansFromTimestamps(
  tokens: readonly number[],
  { tokenizer, positions, positionsPerSecond }: Timing
): Span[] | undefined {
  const marks = tokens.flatMap((token, i) => {
    const seconds = tokenizer.seconds(token);
    return seconds === undefined ? [] : [{ i, at: Math.min(positions, seconds * positionsPerSecond) }];
  });
  if (marks.length === 0) return undefined;
  const spans = tokens.map(() => ({ from: 0, to: positions }));
  const edges = [{ i: -1, at: 0 }, ...marks, { i: tokens.length, at: positions }];
  for (let e = 0; e + 1 < edges.length; e++) {
    const [a, b] = [edges[e], edges[e + 1]];
    if (!a || !b) continue;
    spreadEvenly(b.i - a.i - 1, b.at - a.at).forEach(({ from, to }, k) => {
      spans[a.i + 1 + k] = { from: a.at + from, to: a.at + to };
    });
    if (spans[a.i]) spans[a.i] = { from: a.at, to: a.at };
  }
  return spans;
}
