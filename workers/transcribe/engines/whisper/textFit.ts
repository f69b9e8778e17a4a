/** How well texts fit what is said: no text is made, the model is asked for the probability of given ones. */
import type { Lang } from '../../../contract';
import { taskTokens } from './language';
import { logSumExp } from './logits';
import type { Encoded, WhisperModel } from './model';
import type { WhisperTokenizer } from './tokenizer';

/** What a text is compared with: so much of nothing. */
export const SILENCE_SECONDS = 4;

/**
 * Mean ln probability of each text's tokens, each given those before it and the sound (teacher forcing). All of one
 * language, whose token the prompt has; an empty text has 0.
 */
export async function meanLogProbs(
  model: WhisperModel,
  tokenizer: WhisperTokenizer,
  encoded: Encoded,
  language: Lang,
  texts: readonly string[]
): Promise<number[]> {
  const { config } = model;
  const prompt = [config.startToken, ...taskTokens(config, language, false)];
  const fresh = model.begin(encoded);
  const begun = model.takesSeveralTokens ? await model.step(fresh, prompt, false) : undefined;
  const means: number[] = [];
  for (const text of texts) {
    // Whisper's texts begin with a space.
    const tokens = tokenizer.encode(` ${text.trim()}`).slice(0, config.maxTokens - prompt.length);
    if (tokens.length === 0) {
      means.push(0);
      continue;
    }
    const step = begun
      ? await model.step(begun.state, tokens, false)
      : await model.step(fresh, [...prompt, ...tokens], false);
    const before = begun ? 0 : prompt.length;
    const sum = tokens.reduce((total, token, i) => {
      const logits = i === 0 && begun ? begun.logits : step.logitsAt(before + i - 1);
      return total + (logits[token] ?? -Infinity) - logSumExp(logits);
    }, 0);
    means.push(sum / tokens.length);
  }
  return means;
}
