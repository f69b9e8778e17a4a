import type { Tensor } from 'onnxruntime-common';
import { TimbreError, type WorkerConfig } from '../../../contract';
import {
  boolean,
  floatData,
  goOn,
  integers,
  KeysAndValues,
  loadWeights,
  Pace,
  selectRows,
  withoutPositions,
  type Feeds,
  type Fetched,
  type Past,
  type Run,
  type Session,
  type WeightFile
} from '../../../runtime';
import type { Seq2SeqConfig } from './config';
import { decoderTest, encoderTest } from './selfTests';

/** What the encoder made of a batch of sentences. */
export interface Encoded {
  /** [rows, tokens, modelSize]; without tokens once a decoder of one graph has their keys and values. */
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
  /** Tokens of a row so far. */
  length: number;
}

/** Row by row; row r is `logits.subarray(r * vocabulary, (r + 1) * vocabulary)`. The caller may change them. */
export interface Scores {
  logits: Float32Array;
  vocabulary: number;
}

export interface DecoderStep extends Scores {
  state: DecoderState;
}

/** What follows a step: how likely each token is, or, of each row, the likeliest one that may be said. */
export type Answer = Scores | { likeliest: readonly number[] };

/**
 * The two ONNX graphs of a translation model in the hub's layout (`encoder_model`, `decoder_model_merged`).
 * Merged decoders come in two kinds, told apart by their inputs: with `use_cache_branch` and an `If` (whose
 * cached branch gives no keys of the encoder), and without, which take pasts of length zero.
 */
export class Seq2SeqModel {
  private readonly memory: KeysAndValues;
  private readonly branches: boolean;
  private readonly decoderMask: boolean;
  /** Whether the decoder can make several steps in one run. */
  readonly goesOn: boolean;
  /** Of such runs, by the number of rows: more take longer. */
  private readonly paces = new Map<number, Pace>();

  constructor(
    private readonly encoder: Session,
    private readonly decoder: Session,
    readonly config: Seq2SeqConfig
  ) {
    this.memory = new KeysAndValues(decoder, config);
    this.branches = decoder.inputNames.includes('use_cache_branch');
    this.decoderMask = decoder.inputNames.includes('encoder_attention_mask');
    this.goesOn = decoder.goOn !== undefined;
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
    return { encoded, past: {}, length: 0 };
  }

  /** @param tokens one for each row. */
  async step(state: DecoderState, tokens: readonly number[]): Promise<DecoderStep> {
    const outputs = await this.decoder.run(this.feeds(state, tokens), [
      'logits',
      ...this.memory.outputs(state.length === 0)
    ]);
    const logits = floatData(outputs['logits'], 'logits');
    return {
      state: this.after(state, outputs, 1),
      logits,
      vocabulary: logits.length / tokens.length
    };
  }

  /**
   * Gives each row of a state that has begun a token, and after it the likeliest ones until a row says the end: as many as
   * may be without a wait. Where `goesOn`.
   * @param bias see `GoOn`. @param most steps, ≥ 1.
   */
  async goOn(
    state: DecoderState,
    tokens: readonly number[],
    { bias, most }: { bias: Float32Array; most: number }
  ): Promise<Run<DecoderState, { likeliest: readonly number[] }>> {
    const pace = this.paces.get(tokens.length) ?? new Pace();
    this.paces.set(tokens.length, pace);
    const { outputs, chosen } = await goOn(
      this.decoder,
      this.feeds(state, tokens),
      this.memory.outputs(false),
      { most, bias, end: this.config.endToken },
      pace
    );
    const after = this.after(state, outputs, chosen.length);
    return {
      steps: chosen.map((likeliest, i) => ({ given: chosen[i - 1] ?? tokens, step: { likeliest } })),
      stateAfter: (steps) => ({
        ...after,
        past: this.memory.cut(after.past, state.length + steps),
        length: state.length + steps
      })
    };
  }

  private feeds({ encoded, past, length }: DecoderState, tokens: readonly number[]): Feeds {
    const first = length === 0;
    return {
      input_ids: integers(tokens, [tokens.length, 1]),
      encoder_hidden_states: encoded.hidden,
      ...(first ? this.memory.none(encoded.rows) : past),
      ...(this.decoderMask ? { encoder_attention_mask: encoded.mask } : {}),
      ...(this.branches ? { use_cache_branch: boolean(!first) } : {})
    };
  }

  /** A decoder of one graph takes keys and values from what it isn't given yet: the states would only be copied from now on. */
  private after({ encoded, past, length }: DecoderState, outputs: Fetched, places: number): DecoderState {
    return {
      encoded: this.branches ? encoded : { ...encoded, hidden: withoutPositions(encoded.hidden) },
      past: this.memory.after(outputs, past),
      length: length + places
    };
  }

  /** The same with other rows: some dropped, or one several times (several targets, several continuations). */
  select(state: DecoderState, rows: readonly number[]): DecoderState {
    const { encoded, past, length } = state;
    return {
      length,
      encoded: {
        hidden: selectRows(encoded.hidden, rows),
        mask: selectRows(encoded.mask, rows),
        rows: rows.length
      },
      past: this.memory.select(past, rows)
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
    {
      name: 'decoder_model_merged',
      decoderOf: 'several rows',
      selfTest: (session) => decoderTest(session, config)
    },
    0.5
  );
  return new Seq2SeqModel(encoder, decoder, config);
}
