/**
 * Beam search: several beginnings of a text are kept and continued together, one batch a step.
 * Whisper's reference code (`BeamSearchDecoder`, `MaximumLikelihoodRanker`); patience: Kasai et al. 2022
 * (arXiv 2204.05424); length penalty: Wu et al. 2016 (arXiv 1609.08144), equation 14.
 */
import {
  conclude,
  loopOf,
  throwIfCancelled,
  type Hypothesis,
  type Said,
  type SayOptions
} from './hypothesis';
import { likeliest, logSumExp } from './logits';
import type { DecoderStep, WhisperModel } from './model';
import { restrict } from './restrict';
import type { WhisperTokenizer } from './tokenizer';

export interface BeamOptions extends SayOptions {
  /** Beginnings that are kept, ≥ 1. With 1 the result is the greedy one. */
  beams: number;
  /** The search ends when beams × patience texts are finished. */
  patience: number;
  /** α of the length penalty; left out: the sum of ln p is divided by the number of tokens; 0: not divided at all. */
  lengthPenalty?: number | undefined;
}

/** A beginning with one more token. */
interface Continuation extends Said {
  /** Of the batch that it continues. */
  row: number;
  token: number;
}

/**
 * Says one window's text as the likeliest of several.
 * @param prompted the step that gave the prompt's last token.
 * @throws TimbreError 'job/cancelled', 'model/run-failed'.
 */
export async function beamSearch(
  model: WhisperModel,
  tokenizer: WhisperTokenizer,
  prompted: DecoderStep,
  options: BeamOptions
): Promise<Hypothesis> {
  const enough = Math.max(1, Math.round(options.beams * options.patience));
  const finished: Hypothesis[] = [];
  let { state } = prompted;
  let logits = [prompted.logits];
  let kept: readonly Said[] = [{ tokens: [], logProbs: [], sum: 0, attention: [] }];
  for (;;) {
    throwIfCancelled(options.signal);
    const next: Continuation[] = [];
    const candidates = kept.flatMap((said, row) =>
      continuations(said, row, logits[row] ?? new Float32Array(), model, tokenizer, options)
    );
    for (const candidate of candidates.sort((a, b) => b.sum - a.sum)) {
      if (next.length === options.beams) break;
      const end = endOf(candidate, model.config.endToken);
      if (!end) next.push(candidate);
      else if (finished.length < enough) finished.push(end);
    }
    const [best] = next;
    if (best) options.onToken?.(best.tokens);
    if (!best || finished.length >= enough) break;
    if (best.tokens.length >= options.maxTokens) {
      // No place left. What is unfinished counts only as far as too little was finished.
      const missing = Math.max(0, options.beams - finished.length);
      finished.push(...next.slice(0, missing).map((said) => conclude(said, 'limit')));
      break;
    }
    const step = await model.stepRows(
      model.select(
        state,
        next.map(({ row }) => row)
      ),
      next.map(({ token }) => token),
      options.attention
    );
    state = step.state;
    logits = step.rows.map((row) => row.logits);
    kept = next.map((said, i) => ({
      ...said,
      attention: [...said.attention, ...(step.rows[i]?.attention ?? [])]
    }));
  }
  return bestOf(finished, options.lengthPenalty);
}

/** The likeliest next tokens of one beginning: one more than there are beams, since one may be the end. */
function continuations(
  said: Said,
  row: number,
  own: Float32Array,
  model: WhisperModel,
  tokenizer: WhisperTokenizer,
  options: BeamOptions
): Continuation[] {
  const logits = own.slice();
  restrict(logits, said.tokens, model.config, tokenizer, options);
  const total = logSumExp(logits);
  return likeliest(logits, options.beams + 1).map((token) => {
    const logProb = (logits[token] as number) - total;
    return {
      row,
      token,
      tokens: [...said.tokens, token],
      logProbs: [...said.logProbs, logProb],
      sum: said.sum + logProb,
      attention: said.attention
    };
  });
}

/** The finished text, where the last token is the end or closes a loop. */
function endOf(candidate: Continuation, endToken: number): Hypothesis | undefined {
  if (candidate.token === endToken) {
    const { tokens, logProbs, sum, attention } = candidate;
    return conclude({ tokens: tokens.slice(0, -1), logProbs: logProbs.slice(0, -1), sum, attention }, 'end');
  }
  const loop = loopOf(candidate.tokens);
  return loop && conclude(candidate, loop);
}

/** The highest score; texts that ran into a loop only where there are no others. */
function bestOf(finished: readonly Hypothesis[], lengthPenalty: number | undefined): Hypothesis {
  const sound = finished.filter(({ looped }) => !looped);
  const [first, ...others] = sound.length > 0 ? sound : finished;
  if (!first) return conclude({ tokens: [], logProbs: [], sum: -Infinity, attention: [] }, 'end');
  const score = ({ sumLogProb, tokens }: Hypothesis) => sumLogProb / penalty(tokens.length, lengthPenalty);
  return others.reduce((best, other) => (score(other) > score(best) ? other : best), first);
}

function penalty(length: number, alpha: number | undefined): number {
  return alpha === undefined ? Math.max(1, length) : ((5 + length) / 6) ** alpha;
}
