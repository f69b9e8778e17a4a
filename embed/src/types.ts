/** What a host app sees of Timbre. */
import type { TimbreError } from './errors';
import type {
  AudioInput,
  AudioMessageResult,
  CallProgress,
  Calls,
  Capability,
  FrameEvents,
  FrameOptions,
  ProcessOptions,
  Speech,
  TrainingStatus,
  Transcription,
  VoiceModel,
  VoiceSample
} from './protocol';

export interface TimbreOptions extends FrameOptions {
  /** Where the frame goes, or a selector of it. The permission sheet is shown in it, so it must have room. */
  container: Element | string;
  /** Where Timbre is, e.g. `https://timbre.example`. Default: where this script came from, if that was Timbre. */
  src?: string | URL;
  /** How long the frame may take to answer, at first and after it was loaded anew. Default 20 000. */
  timeoutMs?: number;
  /** Of the frame, for screen readers. Default `Timbre`. */
  title?: string;
  /** Asked for as soon as the frame is there, and not only at the first call that needs them. */
  capabilities?: readonly Capability[];
}

export interface CallOptions {
  /** Aborted: the call fails at once with `job/cancelled`, and what ran for it stops. */
  signal?: AbortSignal | undefined;
  /** Default: none, work may take minutes. The time that the person takes over the permission sheet is not counted. */
  timeoutMs?: number | undefined;
}

export interface ProgressOptions extends CallOptions {
  onProgress?: ((progress: CallProgress) => void) | undefined;
}

export interface PollOptions {
  /** How often it is asked for while nothing is heard. Default 2000. */
  intervalMs?: number | undefined;
  /** Default 600 000. */
  timeoutMs?: number | undefined;
  onProgress?: ((status: TrainingStatus) => void) | undefined;
  /** Aborted: it is waited for no longer; the training goes on. */
  signal?: AbortSignal | undefined;
}

/** A call's arguments without those that have a place of their own. */
type Rest<M extends keyof Calls, Placed extends keyof Calls[M]['args'] = never> = Omit<
  Calls[M]['args'],
  Placed
>;

export type TimbreEvents = FrameEvents & {
  /** The frame is there again, after it was loaded anew. */
  connected: { granted: readonly Capability[] };
  /** The frame went, or talks with this host no longer. Its running calls have failed; new ones wait for it. */
  disconnected: { error: TimbreError };
};

/**
 * One frame of Timbre. Every call fails with a TimbreError, and waits for the person where something is not
 * allowed yet. Audio is a Blob, which goes by reference, or an ArrayBuffer, which is copied once.
 */
export interface Timbre {
  /** What this host may do now. */
  readonly granted: readonly Capability[];
  /** Where calls are answered: in the frame, or in the person's own window of Timbre. */
  readonly place: 'frame' | 'window';

  /** Asks the person. @returns what is allowed now. */
  requestPermission(
    capabilities: readonly Capability[],
    options?: CallOptions
  ): Promise<readonly Capability[]>;
  /** Transcribes, translates, speaks. */
  processAudioMessage(
    audio: AudioInput,
    options?: ProcessOptions & ProgressOptions
  ): Promise<AudioMessageResult>;
  transcribe(
    audio: AudioInput,
    options?: Rest<'transcribe', 'audio'> & ProgressOptions
  ): Promise<Transcription>;
  translate(
    text: string,
    options: Rest<'translate', 'text'> & ProgressOptions
  ): Promise<Calls['translate']['result']>;
  synthesize(text: string, options: Rest<'synthesize', 'text'> & ProgressOptions): Promise<Speech>;

  uploadSample(
    audio: AudioInput,
    options?: Rest<'uploadSample', 'audio'> & ProgressOptions
  ): Promise<VoiceSample>;
  listSamples(options?: Rest<'listSamples'> & CallOptions): Promise<VoiceSample[]>;
  getSample(id: string, options?: CallOptions): Promise<VoiceSample & { audio: Blob }>;
  deleteSample(id: string, options?: CallOptions): Promise<void>;

  /** Default profile, as everywhere: `me`. */
  startTraining(speakerProfileId?: string, options?: CallOptions): Promise<TrainingStatus>;
  getTrainingStatus(sessionId: string, options?: CallOptions): Promise<TrainingStatus>;
  /** Waits for a training's end, also over a reload of the frame. @returns it `completed`, `failed` or `cancelled`. */
  pollTrainingStatus(sessionId: string, options?: PollOptions): Promise<TrainingStatus>;

  /** Null: there is none. */
  getVoiceModel(userId?: string, options?: CallOptions): Promise<VoiceModel | null>;
  recalibrateVoiceModel(userId?: string, options?: CallOptions): Promise<TrainingStatus>;
  deleteVoiceModel(userId?: string, options?: CallOptions): Promise<void>;

  /** Only what is given changes. */
  setOptions(options: FrameOptions): void;
  /** @returns what ends it. */
  on<E extends keyof TimbreEvents>(event: E, handler: (detail: TimbreEvents[E]) => void): () => void;
  /** The frame is removed and nothing is left of it. Running and later calls fail with `embed/destroyed`. */
  destroy(): void;
}
