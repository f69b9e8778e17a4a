import type { Audio, Lang } from '../contract';
import type { Spoken } from './baseVoice';

export interface SayOptions {
  /** 1, 2 …: another take of the same text; left out: the first. The same take of the same text is the same speech. */
  take?: number | undefined;
  /** Share of the text that is spoken. */
  onFraction?: ((fraction: number) => void) | undefined;
}

/** An engine that speaks text in a person's own voice by itself: no base voice speaks before it. */
export interface CloningVoice {
  /** e.g. `chatterbox`: under this name its conditioning lies in a voice model. */
  readonly name: string;
  speaks(language: Lang): boolean;
  /**
   * What the engine makes of a person's clips, computed once and kept in the voice model; numbers in an order of its own.
   * @throws TimbreError 'voice/no-samples', 'audio/too-short', 'speech/none-found', 'model/…'.
   */
  enrol(clips: readonly Audio[], onFraction?: (fraction: number) => void): Promise<Float32Array>;
  /**
   * One stretch of text. An engine that doesn't know when it says what gives no marks.
   * @throws TimbreError 'input/invalid' (no such conditioning, or a language that it does not speak), 'model/…'.
   */
  say(text: string, language: Lang, conditioning: Float32Array, options?: SayOptions): Promise<Spoken>;
}
