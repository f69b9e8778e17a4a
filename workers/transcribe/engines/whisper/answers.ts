import type { SayOptions } from './hypothesis';
import type { AttentionRow, DecoderState, Run, WhisperModel } from './model';
import { restrict } from './restrict';
import type { WhisperTokenizer } from './tokenizer';

/** What the decoder answers to a token. */
export interface Answer {
  /** For the next one. */
  logits: Float32Array;
  attention: AttentionRow[];
}

/** The decoder's answers to the tokens of one text, given one after another. @param most answers that may still be wanted. */
export type Answers = (token: number, most: number) => Promise<Answer>;

/** One step a token. */
export function oneByOne(
  model: WhisperModel,
  state: DecoderState,
  { attention }: Pick<SayOptions, 'attention'>
): Answers {
  let now = state;
  return async (token) => {
    const step = await model.step(now, [token], attention);
    now = step.state;
    return step;
  };
}

/**
 * Several steps in one run, on the guess that the likeliest token that may be said is given next. What may be said must
 * not change with what was said: so no timestamps. A wrong guess costs the steps made on it.
 */
export function ahead(
  model: WhisperModel,
  state: DecoderState,
  tokenizer: WhisperTokenizer,
  { attention, vocabulary }: Pick<SayOptions, 'attention'> & { vocabulary: number }
): Answers {
  const bias = new Float32Array(vocabulary);
  restrict(bias, MIDDLE, model.config, tokenizer, { timestamps: false });
  let run: Run = { steps: [], stateAfter: () => state };
  let asked = 0;
  return async (token, most) => {
    if (run.steps[asked]?.given !== token) {
      run = await model.goOn(run.stateAfter(asked), token, { bias, most, attention });
      asked = 0;
    }
    const step = run.steps[asked++];
    if (!step) throw new RangeError('a run of no steps');
    return step;
  };
}

/** Something was said: what may not be said first may be said. */
const MIDDLE = [0];
