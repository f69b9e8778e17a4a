import type { WhisperConfig } from './config';
import { loopStart } from './guards';
import { argMax, forbid, logSumExp, sample } from './logits';
import type { AttentionRow, DecoderStep, WhisperModel } from './model';
import { applyTimestampRules } from './timestamps';
import type { WhisperTokenizer } from './tokenizer';

export interface DecodeOptions {
  /** 0: the likeliest token each time. */
  temperature: number;
  /** 0 ≤ r < 1; used above temperature 0. */
  random: () => number;
  /** Decode with timestamp tokens; the prompt must not hold `<|notimestamps|>` then. */
  timestamps: boolean;
  attention: boolean;
  /** Most tokens to say, the end not counted. */
  maxTokens: number;
  onToken?: (said: readonly number[]) => void;
}

export interface Hypothesis {
  /** Everything said after the prompt, timestamps included, the end not. */
  tokens: number[];
  /** ln of each token's probability among the allowed ones. */
  logProbs: number[];
  /** Mean of them, the end's included: Whisper's measure of a window's quality. */
  meanLogProb: number;
  /** One for each token that was given to the decoder after the prompt. */
  attention: AttentionRow[];
  /** It ran into a loop and was cut. */
  looped: boolean;
}

/**
 * Says one window's text: the next token from the logits, again and again, until the end token, the
 * limit or a loop.
 * @param prompted the step that gave the prompt's last token.
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
  let step = prompted;
  let sum = 0;
  for (;;) {
    const logits = step.logits.slice();
    restrict(logits, tokens, config, tokenizer, options);
    const token =
      options.temperature > 0 ? sample(logits, options.temperature, options.random) : argMax(logits);
    const logProb = (logits[token] as number) - logSumExp(logits);
    sum += logProb;
    if (token === config.endToken) break;
    tokens.push(token);
    logProbs.push(logProb);
    options.onToken?.(tokens);
    const kept = loopStart(tokens);
    if (kept !== undefined) {
      const cut = [tokens, logProbs, attention].map((list) => list.slice(0, kept)) as [
        number[],
        number[],
        AttentionRow[]
      ];
      return {
        tokens: cut[0],
        logProbs: cut[1],
        meanLogProb: sum / tokens.length,
        attention: cut[2],
        looped: true
      };
    }
    // Some decoders have fewer places than the window could need: what was said by then counts.
    if (tokens.length >= options.maxTokens)
      return { tokens, logProbs, meanLogProb: sum / tokens.length, attention, looped: false };
    step = await model.step(step.state, [token], options.attention);
    attention.push(...step.attention);
  }
  return { tokens, logProbs, meanLogProb: sum / (tokens.length + 1), attention, looped: false };
}

/** Forbids what may not come next. */
function restrict(
  logits: Float32Array,
  said: readonly number[],
  config: WhisperConfig,
  tokenizer: WhisperTokenizer,
  { timestamps }: DecodeOptions
): void {
  const end = logits[config.endToken] ?? -Infinity;
  forbid(logits, config.suppressed);
  forbid(logits, timestamps ? tokenizer.controlTokens : tokenizer.nonTextTokens);
  // Some exports have more logits than the vocabulary has tokens.
  logits.fill(-Infinity, Math.min(logits.length, tokenizer.size));
  logits[config.endToken] = end;
  if (said.length === 0) forbid(logits, config.suppressedAtBegin);
  const first = tokenizer.firstTimestamp;
  if (timestamps && first !== undefined) {
    applyTimestampRules(logits, said, {
      first,
      endToken: config.endToken,
      noTimestampsToken: config.noTimestampsToken,
      maxInitial: config.maxInitialTimestampIndex
    });
  }
}
