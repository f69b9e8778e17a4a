import type { WhisperConfig } from './config';
import { forbid } from './logits';
import { applyTimestampRules } from './timestamps';
import type { WhisperTokenizer } from './tokenizer';

/** Forbids what may not come next. @param logits of the next token, changed. @param said tokens since the prompt. */
export function restrict(
  logits: Float32Array,
  said: readonly number[],
  config: WhisperConfig,
  tokenizer: WhisperTokenizer,
  { timestamps }: { timestamps: boolean }
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
