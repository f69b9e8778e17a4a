import { boolean, floats, integers, KeysAndValues, type Feeds, type Session } from '../../../runtime';
import type { Seq2SeqConfig } from './config';

/** A run that WebGPU must agree on with WASM before it is trusted with these weights. */
interface SelfTest {
  feeds: Feeds;
  outputs: readonly string[];
}

const TOKENS = 12;
const mask = () => integers(new Array<number>(TOKENS).fill(1), [1, TOKENS]);

export function encoderTest({ vocabularySize, endToken }: Seq2SeqConfig): SelfTest {
  const tokens = Array.from({ length: TOKENS - 1 }, (_, i) => (7 + 31 * i) % vocabularySize);
  return {
    feeds: { input_ids: integers([...tokens, endToken], [1, TOKENS]), attention_mask: mask() },
    outputs: ['last_hidden_state']
  };
}

/** The first step, on numbers in the range of hidden states. */
export function decoderTest(decoder: Session, config: Seq2SeqConfig): SelfTest {
  const { modelSize, startToken } = config;
  const hidden = Float32Array.from(
    { length: TOKENS * modelSize },
    (_, i) => Math.sin(0.7 * i) * Math.cos(0.013 * i)
  );
  const feeds: Feeds = {
    input_ids: integers([startToken], [1, 1]),
    encoder_hidden_states: floats(hidden, [1, TOKENS, modelSize]),
    ...new KeysAndValues(decoder, config).none(1)
  };
  if (decoder.inputNames.includes('encoder_attention_mask')) feeds['encoder_attention_mask'] = mask();
  if (decoder.inputNames.includes('use_cache_branch')) feeds['use_cache_branch'] = boolean(false);
  return { feeds, outputs: ['logits'] };
}
