import type { Tensor } from 'onnxruntime-common';
import { TimbreError } from '../../../contract';
import { floatData, floats, integers, type Feeds, type Fetched, type Session } from '../../../runtime';
import type { ChatterboxConfig } from './config';
import { START_SPEECH, USUAL_EXAGGERATION } from './layout';
import type { ChatterboxVoice } from './voice';

/** The model after some tokens. Whoever has it gives it to `next` or to `end`, once. */
export interface SpeechState {
  /** Keys and values so far, by the names of the inputs. On a GPU they lie there. */
  past: Readonly<Record<string, Tensor>>;
  /** Places that they hold: of the voice, the text, and the speech so far. */
  length: number;
  /** Speech tokens among them, the start not counted. */
  said: number;
}

export interface SpeechStep {
  state: SpeechState;
  /** Of each token to be the next. The caller may change them. */
  scores: Float32Array;
}

/**
 * The graphs `embed_tokens` and `language_model`: text and speech tokens as embeddings, behind the voice's, and from them
 * the next speech token.
 */
export class SpeechModel {
  private readonly presents: string[];

  constructor(
    private readonly embedder: Session,
    private readonly decoder: Session,
    readonly config: ChatterboxConfig
  ) {
    this.presents = decoder.outputNames.filter(isPresent);
  }

  /** @throws TimbreError 'input/invalid' (a voice of other weights), 'model/run-failed'. */
  async begin(voice: ChatterboxVoice, text: readonly number[]): Promise<SpeechStep> {
    const { width } = this.config;
    if (voice.width !== width)
      throw new TimbreError('input/invalid', `these weights know a voice by rows of ${width} numbers`);
    const embedded = await this.embed(text, positionsOf(text));
    const both = new Float32Array(voice.features.length + embedded.length);
    both.set(voice.features);
    both.set(embedded, voice.features.length);
    return this.run(both, { past: emptyPast(this.decoder, this.config), length: 0, said: 0 }, 0);
  }

  /** @throws TimbreError 'model/run-failed': the worker is then at its end, and what is on its GPU goes with it. */
  async next(state: SpeechState, token: number): Promise<SpeechStep> {
    const said = state.said + 1;
    const step = await this.run(await this.embed([token], [said]), state, said);
    this.end(state);
    return step;
  }

  /** Gives back what a state holds. */
  end({ past }: SpeechState): void {
    for (const tensor of Object.values(past)) tensor.dispose();
  }

  private async embed(ids: readonly number[], positions: readonly number[]): Promise<Float32Array> {
    const outputs = await this.embedder.run(embedFeeds(ids, positions));
    return floatData(outputs['inputs_embeds'], 'inputs_embeds');
  }

  private async run(embeds: Float32Array, state: SpeechState, said: number): Promise<SpeechStep> {
    const { width } = this.config;
    const length = state.length + embeds.length / width;
    const outputs = await this.decoder.run(decoderFeeds(embeds, width, length, state.past), [
      'logits',
      ...this.presents
    ]);
    const logits = floatData(outputs['logits'], 'logits');
    const vocabulary = outputs['logits']?.dims.at(-1) ?? 0;
    const scores = logits.slice(logits.length - vocabulary);
    if (vocabulary <= START_SPEECH || !scores.every(Number.isFinite))
      throw new TimbreError('model/run-failed', 'Chatterbox gave scores that are none');
    return { state: { past: this.pastOf(outputs), length, said }, scores };
  }

  private pastOf(outputs: Fetched): Record<string, Tensor> {
    return Object.fromEntries(
      this.presents.map((name) => {
        const tensor = outputs[name];
        if (!tensor) throw new TimbreError('model/run-failed', `Chatterbox gave no ${name}`);
        return [name.replace('present', 'past_key_values'), tensor];
      })
    );
  }
}

/** Whether an output holds keys or values, which are only for the next run. */
export function isPresent(output: string): boolean {
  return output.startsWith('present');
}

/** Places within the text; marks, and the start of speech, have none. */
export function positionsOf(text: readonly number[]): number[] {
  let place = 0;
  return text.map((token) => (token >= START_SPEECH ? 0 : place++));
}

export function embedFeeds(ids: readonly number[], positions: readonly number[]): Feeds {
  return {
    input_ids: integers(ids, [1, ids.length]),
    position_ids: integers(positions, [1, positions.length]),
    exaggeration: floats(Float32Array.of(USUAL_EXAGGERATION), [1])
  };
}

/** @param length of all that is attended to, the embeddings included. */
export function decoderFeeds(
  embeds: Float32Array,
  width: number,
  length: number,
  past: Readonly<Record<string, Tensor>>
): Feeds {
  return {
    inputs_embeds: floats(embeds, [1, embeds.length / width, width]),
    attention_mask: integers(new BigInt64Array(length).fill(1n), [1, length]),
    ...past
  };
}

/** Of no place, or of some that hold the same whenever it is asked for. */
export function emptyPast(
  { inputNames }: Pick<Session, 'inputNames'>,
  { heads, headSize }: Pick<ChatterboxConfig, 'heads' | 'headSize'>,
  places = 0
): Record<string, Tensor> {
  const names = inputNames.filter((name) => name.startsWith('past_key_values.'));
  if (names.length === 0)
    throw new TimbreError('model/load-failed', 'the language model has no inputs for past keys and values');
  const size = heads * places * headSize;
  return Object.fromEntries(
    names.map((name, n) => [
      name,
      floats(
        Float32Array.from({ length: size }, (_, i) => 0.3 * Math.sin(0.7 * i + n)),
        [1, heads, places, headSize]
      )
    ])
  );
}
