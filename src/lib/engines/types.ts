import type {
  Audio,
  Device,
  DevicePlan,
  Lang,
  OnProgress,
  Speech,
  Stage,
  TranscribeOptions,
  TranscriptionResult,
  TranslationOutput,
  VoiceConditioning
} from '../../../workers/contract';
import type { Events } from '../events';
import type { UsedModel } from './trust';

/** Common to every call. Aborting rejects at once with 'job/cancelled'. */
export interface CallOptions {
  signal?: AbortSignal;
  onProgress?: OnProgress;
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

/** Everything the page can ask of the workers. */
export interface Engines {
  transcribe(audio: Audio, options?: TranscribeOptions & CallOptions): Promise<TranscriptionResult>;
  translate(
    sentences: string[],
    from: Lang,
    to: Lang[],
    options?: CallOptions
  ): Promise<Partial<Record<Lang, TranslationOutput>>>;
  synthesize(text: string, language: Lang, voice?: VoiceConditioning, options?: CallOptions): Promise<Speech>;
  /** 192 numbers, unit length. */
  embed(audio: Audio, options?: CallOptions): Promise<Float32Array>;
  /** Which model `embed` runs, e.g. `starter/speaker`: vectors of two models can't be compared. Ask after a call, which may have changed it. */
  embeddingModel(): Promise<string>;
  /**
   * A voice as OpenVoice knows it, 256 numbers: what `synthesize` wants under its name.
   * @param clips recordings of one person, silence cut out, of any sample rate.
   */
  enrolVoice(clips: readonly Audio[], options?: CallOptions): Promise<Float32Array>;
  /** Whether a model for that is here, and is used. */
  canEnrolVoice(): Promise<boolean>;
  readonly events: Events<EngineEventMap>;
  /** Terminates every worker and gives its memory back; running and waiting calls reject with 'job/cancelled'. The next call starts anew. */
  release(): void;
}
