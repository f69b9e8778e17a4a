import { ahead, oneByOne } from './answers';
import { conclude, loopOf, throwIfCancelled, type Hypothesis, type SayOptions } from './hypothesis';
import { argMax, logSumExp, sample } from './logits';
import type { AttentionRow, DecoderStep, WhisperModel } from './model';
import { restrict } from './restrict';
import type { WhisperTokenizer } from './tokenizer';

export interface DecodeOptions extends SayOptions {
  /** 0: the likeliest token each time. */
  temperature: number;
  /** 0 ≤ r < 1; used above temperature 0. */
  random: () => number;
}

/**
 * Says one window's text: the next token from the logits, again and again, until the end token, the
 * limit or a loop.
 * @param prompted the step that gave the prompt's last token.
 * @throws TimbreError 'job/cancelled', 'model/run-failed'.
 */
export async function decode(
  model: WhisperModel,
  tokenizer: WhisperTokenizer,
  prompted: DecoderStep,
  options: DecodeOptions
): Promise<Hypothesis> {
  const { config } = model;
  const tokens: number[] = [];
  const logProbs: number[] = [];
  const attention: AttentionRow[] = [];
  const guessable = model.goesOn && options.temperature === 0 && !options.timestamps;
  const answer = guessable
    ? ahead(model, prompted.state, tokenizer, { ...options, vocabulary: prompted.logits.length })
    : oneByOne(model, prompted.state, options);
  const logits = new Float32Array(prompted.logits.length);
  logits.set(prompted.logits);
  let sum = 0;
  for (;;) {
    throwIfCancelled(options.signal);
    restrict(logits, tokens, config, tokenizer, options);
    const token =
      options.temperature > 0 ? sample(logits, options.temperature, options.random) : argMax(logits);
    const logProb = (logits[token] as number) - logSumExp(logits);
    sum += logProb;
    const said = { tokens, logProbs, sum, attention };
    if (token === config.endToken) return conclude(said, 'end');
    tokens.push(token);
    logProbs.push(logProb);
    options.onToken?.(tokens);
    const loop = loopOf(tokens);
    if (loop) return conclude(said, loop);
    // Some decoders have fewer places than the window could need: what was said by then counts.
    if (tokens.length >= options.maxTokens) return conclude(said, 'limit');
    const next = await answer(token, options.maxTokens - tokens.length);
    logits.set(next.logits);
    attention.push(...next.attention);
  }
}
