import type {
  AudioTags,
  DecodedAudio,
  EncodeOptions,
  OutputAudioFormat,
  SpokenAs,
  TimeSpan
} from '$lib/audio';
import type { Engines } from '$lib/engines';
import type { Locks } from '$lib/locks';
import type { AudioFormat, Kept, MessageStatus, SoundFile, Storage } from '$lib/storage';
import type { VoicePolicy } from '$lib/voice';
import type {
  Audio,
  ErrorCode,
  Lang,
  OnProgress,
  Progress,
  Segment,
  TranscriptionSource,
  VoiceFidelity
} from '$workers/contract';

/** What the pipeline works with. All of it can be replaced in a test. */
export interface PipelineDeps {
  storage: Storage;
  engines: Pick<Engines, 'transcribe' | 'translate' | 'synthesize'>;
  decode(
    file: Blob | ArrayBuffer,
    options: { signal?: AbortSignal; onProgress?: OnProgress }
  ): Promise<Pick<DecodedAudio, keyof Audio | 'durationMs' | 'container' | 'codec' | 'warnings'>>;
  encode(
    audio: Audio,
    format: OutputAudioFormat,
    tags: AudioTags,
    options: EncodeOptions
  ): Promise<SoundFile & { format: OutputAudioFormat }>;
  /** Heights 0…1 of the drawn waveform, following the words where there are any. */
  peaks(audio: Audio, words: readonly TimeSpan[]): number[] | Promise<number[]>;
  /** The note in each file of speech that the app made. */
  speechComment(language: Lang, spokenAs: SpokenAs): string | Promise<string>;
  voice: VoicePolicy;
  locks: Locks;
  farewell: Farewell;
  clock: Clock;
  newId(): string;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds from any start, never going back. */
  monotonic(): number;
}

/** Tells a tab that a person closed from one that went down with its work. */
export interface Farewell {
  /** While this lasts, leaving the page in order leaves a note for the message. @returns its end. */
  watch(messageId: string): () => void;
  /** Whether such a note is there; it is taken away. */
  take(messageId: string): boolean;
}

export interface SubmitOptions {
  conversationId?: string;
  /** Default `me`. */
  senderId?: string;
  /** Picked by hand; default: the conversation's policy, and outside one the setting. */
  targetLanguages?: readonly Lang[];
}

export interface SubmitAudioOptions extends SubmitOptions {
  /** Where what is sent has an id that its message takes over: sent twice, it is one message. Default: a new one. */
  messageId?: string;
  /** Default `file`. */
  source?: 'recorded' | 'file';
  /** The file's name. */
  name?: string;
  /** Given: not detected. */
  language?: Lang;
  /** Used as it is; blank counts as none. */
  transcription?: { text: string; language?: Lang };
}

export interface SubmitTextOptions extends SubmitOptions {
  /** Default: the sender's own. */
  language?: Lang;
}

export interface Submitted {
  messageId: string;
  /** `memory`: the disk is full; it is gone with the tab. A take must stay in the journal then. */
  kept: Kept;
}

export interface EditOptions {
  /** What becomes stale runs again. Default: the setting `rerunStale`. */
  rerun?: boolean;
}

/** How far a message's job is. `fraction` is the stage's, `messageFraction` the whole job's; neither goes back. */
export interface MessageProgress extends Progress {
  messageId: string;
  messageFraction: number;
  /** The transcript as far as it was decoded; after that step, too. */
  partialText?: string;
}

/** What a finished message is to another program (public; DESIGN.md). */
export interface AudioMessageResult {
  original: {
    /** Null for a typed message. */
    audio: Blob | null;
    transcription: string;
    language: Lang;
    durationMs: number;
    confidence: number;
    source: TranscriptionSource;
    segments: Segment[];
  };
  translations: Partial<Record<Lang, TranslationResult>>;
  /** Languages that failed, and why. */
  failures: Partial<Record<Lang, { code: ErrorCode; message: string }>>;
  /** 0…1; 0 without a voice model. */
  voiceModelQuality: number;
  processingTimeMs: number;
}

export interface TranslationResult {
  language: Lang;
  text: string;
  audio: Blob;
  durationMs: number;
  format: AudioFormat;
  fidelity: VoiceFidelity;
  voiceCloned: boolean;
  /** 0…1 of the voice model; 0 for a base voice. */
  voiceQuality: number;
  similarity?: number;
  ttsModel: string;
}

export type SettledStatus = Exclude<MessageStatus, 'waiting' | 'working'>;
