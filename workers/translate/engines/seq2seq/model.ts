import type { Tensor } from 'onnxruntime-common';
import { TimbreError, type WorkerConfig } from '../../../contract';
import {
  boolean,
  floatData,
  floats,
  integers,
  loadWeights,
  selectRows,
  type Feeds,
  type Fetched,
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
  /** Keys and values so far, by the model's input names; empty before the first step. */
  past: Readonly<Record<string, Tensor>>;
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
  private readonly pastNames: string[];
  private readonly branches: boolean;
  private readonly decoderMask: boolean;

  constructor(
    private readonly encoder: Session,
    private readonly decoder: Session,
    readonly config: Seq2SeqConfig
  ) {
    this.pastNames = decoder.inputNames.filter((name) => name.startsWith('past_key_values.'));
    this.branches = decoder.inputNames.includes('use_cache_branch');
    this.decoderMask = decoder.inputNames.includes('encoder_attention_mask');
    if (this.pastNames.length === 0) {
      throw new TimbreError('model/load-failed', 'the decoder has no inputs for past keys and values');
    }
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
      ...(first ? this.emptyPast(encoded.rows) : past)
    };
    if (this.decoderMask) feeds['encoder_attention_mask'] = encoded.mask;
    if (this.branches) feeds['use_cache_branch'] = boolean(!first);
    const outputs = await this.decoder.run(feeds, this.wanted(first));
    const logits = floatData(outputs['logits'], 'logits');
    return {
      state: { encoded, past: this.pastOf(outputs, past) },
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

  /** The encoder's keys and values come from the first step and stay; asking for them again would only copy them. */
  private wanted(first: boolean): string[] {
    return this.decoder.outputNames.filter(
      (name) => name === 'logits' || (name.startsWith('present.') && (first || name.includes('.decoder.')))
    );
  }

  private emptyPast(rows: number): Feeds {
    const { heads, headSize } = this.config;
    const dims = [rows, heads, 0, headSize];
    return Object.fromEntries(this.pastNames.map((name) => [name, floats(new Float32Array(0), dims)]));
  }

  private pastOf(outputs: Fetched, before: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
    const past: Record<string, Tensor> = {};
    for (const name of this.pastNames) {
      const given = name.replace('past_key_values.', 'present.');
      const tensor = outputs[given] ?? before[name];
      if (!tensor) throw new TimbreError('model/run-failed', `the decoder gave no ${given}`);
      past[name] = tensor;
    }
    return past;
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
