import type { Lang, VoiceFidelity } from '../contract';

/** From here on, what stands at `at` in the text is spoken. */
export interface Mark {
  /** Index into the text. */
  at: number;
  /** From the sound's start. */
  timeMs: number;
}

export interface Spoken {
  /** Mono, −1…1. Good until the engine is asked for more: its memory may be used again then. */
  samples: Float32Array;
  sampleRateHz: number;
  /** In order of time. None: the engine doesn't know when it said what. */
  marks: Mark[];
}

/** What an engine that speaks must be able to do. */
export interface BaseVoice {
  /** Engine and voice, e.g. `espeak-ng/fr`. */
  modelName(language: Lang): string;
  /** Left out: it is nobody's voice, `stock`. */
  readonly fidelity?: Exclude<VoiceFidelity, 'stock'>;
  /** One stretch of text. @param onFraction share of it that is spoken. */
  say(text: string, language: Lang, onFraction?: (fraction: number) => void): Spoken | Promise<Spoken>;
}
