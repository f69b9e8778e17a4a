import type { Tensor } from 'onnxruntime-common';
import { TimbreError, type WorkerConfig } from '../../../contract';
import {
  boolean,
  floatData,
  integers,
  KeysAndValues,
  loadWeights,
  selectRows,
  type Feeds,
  type Past,
  type Session,
  type WeightFile
} from '../../../runtime';
import type { Seq2SeqConfig } from './config';
import { decoderTest, encoderTest } from './selfTests';

/** What the encoder made of a batch of sentences. */
export interface Encoded {
  /** [rows, tokens, modelSize] */
  hidden: Tensor;
  /** [rows, tokens], 0 where padded. */
  mask: Tensor;
  rows: number;
}

/** The decoder after some tokens of each row. Never changed. */
export interface DecoderState {
  encoded: Encoded;
  /** Keys and values so far; empty before the first step. */
  past: Past;
}

export interface DecoderStep {
  state: DecoderState;
  /** Row by row; row r is `logits.subarray(r * vocabulary, (r + 1) * vocabulary)`. The caller may change them. */
  logits: Float32Array;
  vocabulary: number;
}

/**
 * The two ONNX graphs of a translation model in the hub's layout (`encoder_model`, `decoder_model_merged`).
 * Merged decoders come in two kinds, told apart by their inputs: with `use_cache_branch` and an `If` (whose
 * cached branch gives no keys of the encoder), and without, which take pasts of length zero.
 */
export class Seq2SeqModel {
  private readonly memory: KeysAndValues;
  private readonly branches: boolean;
  private readonly decoderMask: boolean;

  constructor(
    private readonly encoder: Session,
    private readonly decoder: Session,
    readonly config: Seq2SeqConfig
  ) {
    this.memory = new KeysAndValues(decoder, config);
    this.branches = decoder.inputNames.includes('use_cache_branch');
    this.decoderMask = decoder.inputNames.includes('encoder_attention_mask');
  }

  /** All sentences in one pass, padded to the longest. */
  async encode(sentences: readonly (readonly number[])[]): Promise<Encoded> {
    const rows = sentences.length;
    const length = Math.max(...sentences.map((tokens) => tokens.length));
    const ids = new BigInt64Array(rows * length).fill(BigInt(this.config.padToken));
    const attended = new BigInt64Array(rows * length);
    sentences.forEach((tokens, row) =>
      tokens.forEach((token, place) => {
        ids[row * length + place] = BigInt(token);
        attended[row * length + place] = 1n;
      })
    );
    const mask = integers(attended, [rows, length]);
    const { last_hidden_state: hidden } = await this.encoder.run({
      input_ids: integers(ids, [rows, length]),
      attention_mask: mask
    });
    if (!hidden) throw new TimbreError('model/run-failed', 'the encoder gave no last_hidden_state');
    return { hidden, mask, rows };
  }

  begin(encoded: Encoded): DecoderState {
    return { encoded, past: {} };
  }

  /** @param tokens one for each row. */
  async step(state: DecoderState, tokens: readonly number[]): Promise<DecoderStep> {
    const { encoded, past } = state;
    const first = Object.keys(past).length === 0;
    const feeds: Feeds = {
      input_ids: integers(tokens, [tokens.length, 1]),
      encoder_hidden_states: encoded.hidden,
      ...(first ? this.memory.none(encoded.rows) : past)
    };
    if (this.decoderMask) feeds['encoder_attention_mask'] = encoded.mask;
    if (this.branches) feeds['use_cache_branch'] = boolean(!first);
    const outputs = await this.decoder.run(feeds, ['logits', ...this.memory.outputs(first)]);
    const logits = floatData(outputs['logits'], 'logits');
    return {
      state: { encoded, past: this.memory.after(outputs, past) },
      logits,
      vocabulary: logits.length / tokens.length
    };
  }

  /** The same with other rows: some dropped, or one several times (several targets, several continuations). */
  select(state: DecoderState, rows: readonly number[]): DecoderState {
    const { encoded, past } = state;
    return {
      encoded: {
        hidden: selectRows(encoded.hidden, rows),
        mask: selectRows(encoded.mask, rows),
        rows: rows.length
      },
      past: Object.fromEntries(Object.entries(past).map(([name, tensor]) => [name, selectRows(tensor, rows)]))
    };
  }

  async release(): Promise<void> {
    await Promise.all([this.encoder.release(), this.decoder.release()]);
  }
}

/**
 * @param folder the model's absolute URL, ending in `/`.
 * @param onFraction share of the two files' bytes that has come.
 * @param variants of the weights, instead of the device's usual ones.
 */
export async function loadModel(
  folder: string,
  config: Seq2SeqConfig,
  worker: WorkerConfig,
  onFraction?: (fraction: number) => void,
  variants?: readonly string[]
): Promise<Seq2SeqModel> {
  const load = (part: WeightFile, begin: number) =>
    loadWeights(
      folder,
      {
        ...part,
        ...(variants ? { variants } : {}),
        onBytes: (loaded, total) => onFraction?.(begin + (total > 0 ? loaded / total : 0) / 2)
      },
      worker
    );
  const encoder = await load({ name: 'encoder_model', selfTest: () => encoderTest(config) }, 0);
  const decoder = await load(
    { name: 'decoder_model_merged', selfTest: (session) => decoderTest(session, config) },
    0.5
  );
  return new Seq2SeqModel(encoder, decoder, config);
}
