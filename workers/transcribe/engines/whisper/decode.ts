import { Ahead } from '../../../runtime';
import { conclude, loopOf, throwIfCancelled, type Hypothesis, type SayOptions } from './hypothesis';
import { argMax, logSumExp, sample } from './logits';
import type { Answer, AttentionRow, DecoderStep, WhisperModel } from './model';
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
  const answer = answering(model, tokenizer, prompted, options);
  const logits = prompted.logits.slice();
  const chosen = (next: Float32Array) => {
    logits.set(next);
    restrict(logits, tokens, config, tokenizer, options);
    const token =
      options.temperature > 0 ? sample(logits, options.temperature, options.random) : argMax(logits);
    return { token, logProb: (logits[token] as number) - logSumExp(logits) };
  };
  let next: Answer = prompted;
  let sum = 0;
  for (;;) {
    throwIfCancelled(options.signal);
    const { token, logProb } = 'token' in next ? next : chosen(next.logits);
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
    next = await answer(token, options.maxTokens - tokens.length);
    attention.push(...next.attention);
  }
}

/**
 * The decoder's answers to one text's tokens. Several are made in one run where the likeliest token that may be said is
 * the one that is said: with no chance in it, and with no timestamps, which change what may be said.
 * @returns a function of a token and of how many answers may still be wanted.
 */
function answering(
  model: WhisperModel,
  tokenizer: WhisperTokenizer,
  { state, logits }: DecoderStep,
  { attention, temperature, timestamps }: DecodeOptions
): (token: number, most: number) => Promise<Answer> {
  if (!model.goesOn || temperature > 0 || timestamps) {
    let now = state;
    return async (token) => {
      const step = await model.step(now, [token], attention);
      now = step.state;
      return step;
    };
  }
  const bias = new Float32Array(logits.length);
  restrict(bias, SOMETHING, model.config, tokenizer, { timestamps });
  const ahead = new Ahead(state, (from, [token = 0], most) =>
    model.goOn(from, token, { bias, most, attention })
  );
  return (token, most) => ahead.step([token], most);
}

/** What may not be said first may be said after it. */
const SOMETHING = [0];
