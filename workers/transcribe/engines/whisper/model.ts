import type { Tensor } from 'onnxruntime-common';
import { TimbreError, type WorkerConfig } from '../../../contract';
import {
  boolean,
  everyNth,
  floatData,
  floats,
  goOn,
  integers,
  KeysAndValues,
  loadWeights,
  Pace,
  selectRows,
  withoutPositions,
  type Fetched,
  type GoldenStore,
  type Feeds,
  type Past,
  type Run,
  type Session
} from '../../../runtime';
import type { WhisperConfig } from './config';
import type { LogMel } from './features';
import { HIDDEN_TOLERANCE, shortWindowsOf, TAIL_FRAMES, type ShortWindows } from './shortWindows';

/** The encoder's output. */
const HIDDEN = 'last_hidden_state';

/** What the encoder made of a window. */
export interface Encoded {
  /** [rows, positions, width]; without positions once a decoder of one graph has their keys and values. */
  hidden: Tensor;
  /** `positionsPerSecond` of them a second. */
  positions: number;
}

/** Cross-attention of one decoder place: for each alignment head its weights over the encoder's positions. */
export type AttentionRow = Float32Array[];

/** The decoder after some tokens. Never changed, so that several continuations can start from one state. */
export interface DecoderState {
  /** As far as a step still needs it. */
  encoded: Encoded;
  /** Keys and values so far; empty before the first step. */
  past: Past;
  /** Tokens so far. */
  length: number;
  /** Texts that are continued side by side, all of one window. */
  rows: number;
}

export interface DecoderStep {
  state: DecoderState;
  /** For the last token given; a view of the output. */
  logits: Float32Array;
  /** For the token given at a place, counted from 0; a view of the output. */
  logitsAt(place: number): Float32Array;
  /** For each token given; empty when not asked for or not in the export. */
  attention: AttentionRow[];
}

/** What the decoder answers to a token. */
export type Answer = (
  | {
      /** For the next one; a view of the output. */
      logits: Float32Array;
    }
  /** The likeliest that may be said next, and ln of how likely that is among those. */
  | { token: number; logProb: number }
) & {
  /** For the token given; empty when not asked for or not in the export. */
  attention: AttentionRow[];
};

/** One token given to each of several texts. */
export interface RowsStep {
  state: DecoderState;
  rows: { logits: Float32Array; attention: AttentionRow[] }[];
}

/** The two ONNX graphs of Whisper in the hub's layout (`encoder_model`, `decoder_model_merged`). */
export class WhisperModel {
  private readonly memory: KeysAndValues;
  private readonly branches: boolean;
  /** [layer, head], in the export's reach. */
  private readonly alignment: [number, number][];
  readonly hasAttention: boolean;
  /** Whether the decoder can make several steps in one run. */
  readonly goesOn: boolean;
  /** Of such runs. */
  private readonly pace = new Pace();
  /** Outputs that hold the heads of `alignment`. */
  private readonly looks: readonly string[];
  /** Whether shorter windows may be given as they are. */
  private slicesPositions: boolean | undefined;
  /** The changed encoder, while it is tried. */
  private trying: Session | undefined;

  constructor(
    private encoder: Session,
    private readonly decoder: Session,
    readonly config: WhisperConfig,
    /** Given: the encoder takes windows of one length, and a changed one may still be tried; or `changed`: it is that one. */
    private shortWindows?: ShortWindows | 'changed'
  ) {
    this.memory = new KeysAndValues(decoder, config);
    this.branches = decoder.inputNames.includes('use_cache_branch');
    this.goesOn = decoder.goOn !== undefined;
    this.hasAttention = decoder.outputNames.includes('cross_attentions.0');
    this.alignment = this.hasAttention ? (config.alignmentHeads ?? lateHeads(config)) : [];
    const layers = new Set(this.alignment.map(([layer]) => `cross_attentions.${layer}`));
    this.looks = decoder.outputNames.filter((name) => layers.has(name));
    if (config.variableLength || shortWindows === 'changed') this.slicesPositions = true;
    else if (typeof encoder.inputShape('input_features')?.[2] === 'number') this.slicesPositions = false;
  }

  /** Frames that a window must have, or undefined where any number up to the longest will do. */
  async framesNeeded(): Promise<number | undefined> {
    this.slicesPositions ??= await this.tryShortWindow();
    return this.slicesPositions ? undefined : this.config.windowFrames;
  }

  /** Exports with free dimensions mostly still add all 1,500 positions and fail on fewer; asking is the only way to know. */
  private async tryShortWindow(): Promise<boolean> {
    const { mels } = this.config.features;
    try {
      await this.encode({ data: new Float32Array(mels * 100), mels, frames: 100 });
      return true;
    } catch (error) {
      if (error instanceof TimbreError && error.code === 'model/run-failed') return false;
      throw error;
    }
  }

  /** Frames of silence that a shorter window should end with. */
  get tailFrames(): number {
    return this.shortWindows === 'changed' ? TAIL_FRAMES : 0;
  }

  /** Whether it is open if shorter windows may be given to a changed encoder. */
  get mayTryShort(): boolean {
    return this.slicesPositions === false && typeof this.shortWindows === 'object';
  }

  /**
   * A short window from the changed encoder, after it gave the same as the present one for the padded window.
   * Undefined where it doesn't, or there is none; nothing is tried again then.
   */
  async tryShort(padded: LogMel, expected: Encoded, short: LogMel): Promise<Encoded | undefined> {
    if (typeof this.shortWindows !== 'object') return undefined;
    try {
      this.trying = await this.shortWindows.open();
      const whole = floatData((await this.encode(padded, this.trying)).hidden, HIDDEN);
      const reference = floatData(expected.hidden, HIDDEN);
      const same = whole.every((x, i) => Math.abs(x - (reference[i] ?? NaN)) <= HIDDEN_TOLERANCE);
      if (same && whole.length === reference.length) return await this.encode(short, this.trying);
    } catch (error) {
      // It can't be changed, or does not run changed: then windows stay padded.
      if (!(error instanceof TimbreError) || !/^model\/(load|run)-failed$/.test(error.code)) throw error;
    }
    await this.settleShort(false);
    return undefined;
  }

  /** Ends what `tryShort` began. @param kept the changed encoder takes the place of the other. */
  async settleShort(kept: boolean): Promise<void> {
    if (typeof this.shortWindows !== 'object') return;
    const { shortWindows, trying, encoder } = this;
    this.trying = undefined;
    this.shortWindows = undefined;
    if (kept && trying) {
      this.encoder = trying;
      this.shortWindows = 'changed';
      this.slicesPositions = true;
      await encoder.release();
    } else {
      await trying?.release();
    }
    await shortWindows.remember(kept);
  }

  async encode(mel: LogMel, encoder: Session = this.encoder): Promise<Encoded> {
    const outputs = await encoder.run({ input_features: floats(mel.data, [1, mel.mels, mel.frames]) });
    const hidden = outputs[HIDDEN];
    const positions = hidden?.dims[1];
    if (!hidden || positions === undefined)
      throw new TimbreError('model/run-failed', `the encoder gave no ${HIDDEN}`);
    return { hidden, positions };
  }

  begin(encoded: Encoded): DecoderState {
    return { encoded, past: {}, length: 0, rows: 1 };
  }

  /** Whether steps after the first can have several tokens: where the decoder is one graph and not two. */
  get takesSeveralTokens(): boolean {
    return !this.branches;
  }

  /**
   * Gives tokens to the decoder, for one text. The first step may have several; later ones have one unless
   * `takesSeveralTokens`, because some exports' second branch was traced with one.
   */
  async step(state: DecoderState, tokens: readonly number[], wantAttention: boolean): Promise<DecoderStep> {
    const { outputs, after } = await this.run(state, tokens, wantAttention);
    const all = floatData(outputs['logits'], 'logits');
    const size = all.length / tokens.length;
    const logitsAt = (place: number) => all.subarray(place * size, (place + 1) * size);
    return {
      state: after,
      logits: logitsAt(tokens.length - 1),
      logitsAt,
      attention: wantAttention ? this.attentionOf(outputs, 0, tokens.length) : []
    };
  }

  /**
   * Gives a token to a state of one text that has begun, and after it the likeliest ones, up to the end: as many as may be
   * without a wait. Where `goesOn`.
   * @param bias see `GoOn`. @param most steps, ≥ 1.
   */
  async goOn(
    state: DecoderState,
    token: number,
    { bias, most, attention }: { bias: Float32Array; most: number; attention: boolean }
  ): Promise<Run<DecoderState, Answer>> {
    const { outputs, chosen } = await goOn(
      this.decoder,
      this.feeds(state, [token]),
      [...this.memory.outputs(false), ...(attention ? this.looks : [])],
      { most, bias, end: this.config.endToken },
      this.pace
    );
    const logProbs = floatData(outputs['log_probability'], 'log_probability');
    const looks = attention ? this.attentionOfEach(outputs, chosen.length) : [];
    const after = this.after(state, outputs, chosen.length);
    return {
      steps: chosen.map(([next = 0], i) => ({
        given: chosen[i - 1] ?? [token],
        step: { token: next, logProb: logProbs[i] as number, attention: looks.slice(i, i + 1) }
      })),
      stateAfter: (steps) => ({
        ...after,
        past: this.memory.cut(after.past, state.length + steps),
        length: state.length + steps
      })
    };
  }

  /** Gives one token to each row of a state that has begun. */
  async stepRows(state: DecoderState, tokens: readonly number[], wantAttention: boolean): Promise<RowsStep> {
    const { outputs, after } = await this.run(state, tokens, wantAttention);
    const all = floatData(outputs['logits'], 'logits');
    const size = all.length / tokens.length;
    return {
      state: after,
      rows: tokens.map((_, row) => ({
        logits: all.subarray(row * size, (row + 1) * size),
        attention: wantAttention ? this.attentionOf(outputs, row, 1) : []
      }))
    };
  }

  /**
   * Some rows of a state in the order given, for beams: a row may come several times. What the encoder gave
   * is the same in every row, so that it is repeated once and then stays as it is.
   */
  select(state: DecoderState, rows: readonly number[]): DecoderState {
    const alike = new Array<number>(rows.length).fill(0);
    const repeated = (tensor: Tensor) =>
      tensor.dims[0] === rows.length ? tensor : selectRows(tensor, alike);
    const past = Object.entries(state.past).map(([name, tensor]) => [
      name,
      name.includes('.encoder.') ? repeated(tensor) : selectRows(tensor, rows)
    ]);
    return {
      encoded: { ...state.encoded, hidden: repeated(state.encoded.hidden) },
      past: Object.fromEntries(past) as Record<string, Tensor>,
      length: state.length,
      rows: rows.length
    };
  }

  /** @param tokens row by row, as many for each. */
  private async run(
    state: DecoderState,
    tokens: readonly number[],
    wantAttention: boolean
  ): Promise<{ outputs: Fetched; after: DecoderState }> {
    const outputs = await this.decoder.run(
      this.feeds(state, tokens),
      this.fetches(state.length === 0, wantAttention)
    );
    return { outputs, after: this.after(state, outputs, tokens.length / state.rows) };
  }

  private feeds(state: DecoderState, tokens: readonly number[]): Feeds {
    const first = state.length === 0;
    return {
      input_ids: integers(tokens, [state.rows, tokens.length / state.rows]),
      encoder_hidden_states: state.encoded.hidden,
      ...(first ? this.memory.none(state.rows) : state.past),
      ...(this.branches ? { use_cache_branch: boolean(!first) } : {})
    };
  }

  private fetches(first: boolean, wantAttention: boolean): string[] {
    return ['logits', ...this.memory.outputs(first), ...(wantAttention ? this.looks : [])];
  }

  /** A decoder of one graph takes keys and values from what it isn't given yet: the states would only be copied from now on. */
  private after(state: DecoderState, outputs: Fetched, places: number): DecoderState {
    const { encoded } = state;
    return {
      encoded: this.branches ? encoded : { ...encoded, hidden: withoutPositions(encoded.hidden) },
      past: this.memory.after(outputs, state.past),
      length: state.length + places,
      rows: state.rows
    };
  }

  /** @param tokens how many each row was given, together. */
  private attentionOf(outputs: Fetched, row: number, tokens: number): AttentionRow[] {
    const looks = this.looksIn(outputs);
    if (looks.length === 0) return [];
    return Array.from({ length: tokens }, (_, token) =>
      looks.map(({ data, head, heads, positions }) => {
        const start = ((row * heads + head) * tokens + token) * positions;
        return data.slice(start, start + positions);
      })
    );
  }

  /** @param steps of one row, one after another in one run. */
  private attentionOfEach(outputs: Fetched, steps: number): AttentionRow[] {
    const looks = this.looksIn(outputs);
    if (looks.length === 0) return [];
    return Array.from({ length: steps }, (_, step) =>
      looks.map(({ data, head, heads, positions }) => {
        const start = (step * heads + head) * positions;
        return data.subarray(start, start + positions);
      })
    );
  }

  /** Of each alignment head, its layer's looks […, heads, places, positions]. */
  private looksIn(
    outputs: Fetched
  ): { data: Float32Array; head: number; heads: number; positions: number }[] {
    return this.alignment.flatMap(([layer, head]) => {
      const name = `cross_attentions.${layer}`;
      const tensor = outputs[name];
      const [heads = 0, , positions] = tensor?.dims.slice(-3) ?? [];
      if (!tensor || positions === undefined || head >= heads) return [];
      return [{ data: floatData(tensor, name), head, heads, positions }];
    });
  }

  async release(): Promise<void> {
    await Promise.all([this.encoder.release(), this.decoder.release(), this.trying?.release()]);
  }
}

/** Where nobody measured which heads follow time: all heads of the later half of the layers, as Whisper's reference code does. */
function lateHeads({ layers, heads }: WhisperConfig): [number, number][] {
  return Array.from({ length: layers }, (_, layer) => layer)
    .slice(Math.floor(layers / 2))
    .flatMap((layer) => Array.from({ length: heads }, (_, head): [number, number] => [layer, head]));
}

/**
 * @param folder the model's absolute URL, ending in `/`.
 * @param onFraction share of the two files' bytes that has come.
 * @param store where it is kept whether the encoder may be changed; left out: the browser's.
 */
export async function loadModel(
  folder: string,
  config: WhisperConfig,
  worker: WorkerConfig,
  onFraction?: (fraction: number) => void,
  store?: GoldenStore
): Promise<WhisperModel> {
  const parts = [0, 0];
  const onBytes = (part: number) => (loaded: number, total: number) => {
    // An encoder that is loaded a second time makes nothing less done.
    parts[part] = Math.max(parts[part] ?? 0, total > 0 ? loaded / total : 0);
    onFraction?.(((parts[0] ?? 0) + (parts[1] ?? 0)) / 2);
  };
  const shortWindows = config.variableLength ? undefined : shortWindowsOf(folder, config, worker, store);
  const verdict = await shortWindows?.verdict();
  const changed = verdict ? await shortWindows?.open(onBytes(0)) : undefined;
  const encoder =
    changed ??
    (await loadWeights(
      folder,
      {
        name: 'encoder_model',
        prefer: worker.transcriberType,
        onBytes: onBytes(0),
        ...(config.positionRepeats > 1
          ? { patch: (graph) => everyNth(graph, HIDDEN, config.positionRepeats) }
          : {}),
        selfTest: () => encoderTest(config)
      },
      worker
    ));
  const decoder = await loadWeights(
    folder,
    {
      name: 'decoder_model_merged',
      prefer: worker.transcriberType,
      onBytes: onBytes(1),
      decoderOf: 'one row',
      selfTest: (session) => decoderTest(session, config)
    },
    worker
  );
  return new WhisperModel(
    encoder,
    decoder,
    config,
    changed ? 'changed' : verdict === undefined ? shortWindows : undefined
  );
}

/** Numbers in the range of a log-mel and of hidden states, the same every time. */
function pattern(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i * 0.7) * Math.cos(i * 0.013));
}

function encoderTest({ features, variableLength, windowFrames }: WhisperConfig): {
  feeds: Feeds;
  outputs: string[];
} {
  const frames = variableLength ? 100 : windowFrames;
  return {
    feeds: { input_features: floats(pattern(features.mels * frames), [1, features.mels, frames]) },
    outputs: [HIDDEN]
  };
}

function decoderTest(decoder: Session, config: WhisperConfig): { feeds: Feeds; outputs: string[] } {
  const hidden = config.heads * config.headSize;
  const feeds: Feeds = {
    input_ids: integers([config.startToken], [1, 1]),
    encoder_hidden_states: floats(pattern(50 * hidden), [1, 50, hidden]),
    ...new KeysAndValues(decoder, config).none(1)
  };
  if (decoder.inputNames.includes('use_cache_branch')) feeds['use_cache_branch'] = boolean(false);
  return { feeds, outputs: ['logits'] };
}
