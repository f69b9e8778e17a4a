import type {
  Audio,
  CloningEngine,
  Device,
  DevicePlan,
  Lang,
  OnProgress,
  Speech,
  Stage,
  TranscribeOptions,
  TranscriptionResult,
  TranslationOutput,
  VoiceConditioning,
  WatermarkDetection
} from '../../../workers/contract';
import type { Events } from '../events';
import type { TranslatedLanguages } from './languages';
import type { UsedModel } from './trust';

/** Common to every call. Aborting rejects at once with 'job/cancelled'. */
export interface CallOptions {
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

export interface EnrolVoiceOptions extends CallOptions {
  /** This engine and no other, which is 'model/missing'; left out: whichever clones here. */
  engine?: CloningEngine;
}

export interface DeviceChange {
  stage: Stage;
  from: Device;
  to: Device;
  /** The error that made it necessary, for developers. */
  reason: string;
}

/** An installed model that did not work here; the stage goes on with others. */
export interface ModelSetAside {
  stage: Stage;
  /** Of the catalogue. */
  id: string;
  /** The error that made it necessary, for developers. */
  reason: string;
}

/** A device that failed where the next did not: these models stay away from it in this version of the browser. */
export interface DeviceDistrust {
  stage: Stage;
  device: Device;
  models: readonly UsedModel[];
  /** The error that showed it, for developers. */
  reason: string;
}

// A type and not an interface, so that it fits an index signature.
export type EngineEventMap = {
  /** A stage goes on, on another device, after a runtime error. */
  deviceChanged: DeviceChange;
  /** After the same call came to its end on the next device. */
  deviceDistrusted: DeviceDistrust;
  modelSetAside: ModelSetAside;
  /** Before a stage's first worker starts, and when its plan is another than before. */
  planChosen: { stage: Stage; plan: DevicePlan };
};

/** What is going to be asked for soon. */
export type Coming =
  | { stage: 'transcribe' }
  | { stage: 'translate'; from: Lang; to: readonly Lang[] }
  | { stage: 'voice' }
  | { stage: 'synthesize'; language: Lang };

/** Everything the page can ask of the workers. */
export interface Engines {
  transcribe(audio: Audio, options?: TranscribeOptions & CallOptions): Promise<TranscriptionResult>;
  /**
   * How well each of some texts, of about a sentence, fits what is said: nats a token more than it fits silence. To be
   * compared with each other; what is most likely was said, even where the words could not be written down.
   */
  textFit(audio: Audio, texts: readonly string[], language: Lang, options?: CallOptions): Promise<number[]>;
  translate(
    sentences: string[],
    from: Lang,
    to: Lang[],
    options?: CallOptions
  ): Promise<Partial<Record<Lang, TranslationOutput>>>;
  /** What could be translated now; loads nothing. Changes with what is installed and chosen. */
  translatedLanguages(): Promise<TranslatedLanguages>;
  synthesize(text: string, language: Lang, voice?: VoiceConditioning, options?: CallOptions): Promise<Speech>;
  /** 192 numbers, unit length. */
  embed(audio: Audio, options?: CallOptions): Promise<Float32Array>;
  /** Which model `embed` runs, e.g. `starter/speaker`: vectors of two models can't be compared. Ask after a call, which may have changed it. */
  embeddingModel(): Promise<string>;
  /**
   * A voice as the engine that clones knows it: what `synthesize` wants under that engine's name.
   * @param clips recordings of one person, silence cut out, of any sample rate.
   */
  enrolVoice(clips: readonly Audio[], options?: EnrolVoiceOptions): Promise<Float32Array>;
  /** What clones voices here; null: no model for it is here. */
  cloningEngine(): Promise<CloningEngine | null>;
  /** Whether a sound carries the inaudible mark of a machine's speech. */
  detectWatermark(audio: Audio, options?: CallOptions): Promise<WatermarkDetection>;
  /** Whether a model for that is here, and is used. */
  canDetectWatermark(): Promise<boolean>;
  /**
   * Loads what is going to be asked for, in that order, and runs it once on next to nothing, so that the first real call
   * need not wait. Does nothing beside other work, for what is loaded, or where it would push another model out. Never
   * throws: a model that fails here is set aside as by a call, and the call that follows says what is still wrong.
   */
  warmUp(coming: readonly Coming[], options?: CallOptions): Promise<void>;
  readonly events: Events<EngineEventMap>;
  /** Terminates every worker and gives its memory back; running and waiting calls reject with 'job/cancelled'. The next call starts anew. */
  release(): void;
}
