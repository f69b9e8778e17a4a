/**
 * What host and frame say to each other: the one description of it, on which the SDK and the app's frame
 * are both built. Types, and the version numbers. It depends on nothing.
 *
 * The talk: the frame says `ready` to its parent window (to any origin: it says nothing else). The SDK,
 * which knows the frame's window and origin, answers with `hello` and a MessagePort, to that origin
 * alone. The frame takes the host's origin from that event and answers on the port, `welcome` or
 * `refused`; from there on everything goes over the port. A frame that was loaded anew says `ready` again.
 */
import type { TimbreErrorCode } from './errors';

/** Versions of this protocol that this code speaks. Host and frame use the newest that both do. */
export const PROTOCOL_VERSIONS: VersionRange = { oldest: 1, newest: 1 };
export interface VersionRange {
  oldest: number;
  newest: number;
}

/** ISO 639-1: fr en es de pt it pl tr ru nl cs ar zh ja hu ko. */
export type Language = string;

/** What a person allows a host, each apart. `process`: transcribe, translate, speak. */
export const CAPABILITIES = ['process', 'voice', 'samples'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** What the frame takes from its host, and nothing of its colours or type. */
export interface FrameOptions {
  /** Of the interface, e.g. `fr`; default: the browser's. */
  locale?: string;
  /** Default `auto`: what the browser says. */
  theme?: 'light' | 'dark' | 'auto';
  /** True: a compact recorder and player. False (default): nothing to see but the permission sheet. */
  visible?: boolean;
  /** Visible: languages that messages are spoken in, until the person picks others. */
  targetLanguages?: readonly Language[];
}

// ---- windows ------------------------------------------------------------------------------------

/** Frame → parent window. */
export interface Ready {
  timbre: 'ready';
  versions: VersionRange;
}

/** SDK → frame window, with one MessagePort. */
export interface Hello {
  timbre: 'hello';
  versions: VersionRange;
  options: FrameOptions;
}

// ---- the port -----------------------------------------------------------------------------------

export type FromHost =
  | CallMessage
  /** The answer is awaited no longer; what runs for it stops. */
  | { type: 'cancel'; id: number }
  | { type: 'options'; options: FrameOptions }
  /** The frame is about to be removed. */
  | { type: 'bye' };

export type CallMessage = {
  [M in keyof Calls]: { type: 'call'; id: number; method: M; args: Calls[M]['args'] };
}[keyof Calls];

export type FromFrame =
  | { type: 'welcome'; version: number; granted: readonly Capability[] }
  /** `embed/origin` or `embed/version`: nothing more comes. */
  | { type: 'refused'; error: WireError }
  | { type: 'result'; id: number; value: Calls[keyof Calls]['result'] }
  | { type: 'error'; id: number; error: WireError }
  | { type: 'progress'; id: number; progress: CallProgress }
  | {
      [E in keyof FrameEvents]: { type: 'event'; name: E; detail: FrameEvents[E] };
    }[keyof FrameEvents];

export interface WireError {
  code: TimbreErrorCode;
  message: string;
}

/** What the frame says by itself. */
export type FrameEvents = {
  /** What the host may do has changed: allowed, or revoked. */
  permission: { granted: readonly Capability[] };
  /** Visible: the person pressed Send. */
  message: AudioMessageResult;
  /** Visible, or the sheet is open: how high the frame would like to be, in CSS pixels. `sheet`: it must be seen. */
  layout: { heightPx: number; sheet: boolean };
  /** A training that was started through this frame has come further. */
  training: TrainingStatus;
  /** Where calls are answered: in the frame, or in the person's own window of Timbre, with their own voice and models. */
  place: { place: 'frame' | 'window' };
};

// ---- calls --------------------------------------------------------------------------------------

export interface CallProgress {
  stage: 'decode' | 'transcribe' | 'translate' | 'voice' | 'synthesize' | 'encode';
  language?: Language;
  /** 0…1 of the stage; never goes back. */
  fraction: number;
  /** 0…1 of the whole call. */
  overall: number;
  /** The transcript as far as it is decoded. */
  partialText?: string;
}

export type AudioInput = Blob | ArrayBuffer;
export type OutputFormat = 'mp3' | 'wav' | 'ogg';

/** A conversation's member and the languages that they hear in. The sender's own are not needed. */
export interface ConversationMember {
  id: string;
  /** Default true. */
  active?: boolean;
  systemLanguage: Language;
  regionalLanguage?: Language;
  customDestinationLanguage?: Language;
  /** Default false. */
  useCustomDestination?: boolean;
  /** Default true. */
  translateToSystemLanguage?: boolean;
  /** Default false. */
  translateToRegionalLanguage?: boolean;
}

export interface ProcessOptions {
  /** Default: what `conversation` needs; without one, the languages that the person chose. */
  targetLanguages?: readonly Language[];
  /** Who hears it: each active member but the sender, in their own language. */
  conversation?: { members: readonly ConversationMember[] };
  /** Default `me`. */
  senderId?: string;
  /** Used as it is. */
  transcription?: { text: string; language?: Language };
  /** What is spoken; given: not detected. */
  language?: Language;
  /** Of the translations. Default `mp3`. */
  format?: OutputFormat;
}

export interface Word {
  text: string;
  startMs: number;
  endMs: number;
  /** 0…1 */
  confidence: number;
}

export interface Segment {
  text: string;
  startMs: number;
  endMs: number;
  confidence: number;
  words: Word[];
}

export interface Transcription {
  /** Empty when no speech was found. */
  text: string;
  language: Language;
  /** Best first; empty when the language was given. */
  languageGuesses: { language: Language; probability: number }[];
  /** 0…1 */
  confidence: number;
  /** `mobile`: given by the caller. */
  source: 'mobile' | 'whisper' | 'typed';
  /** Empty without `returnTimestamps`. */
  segments: Segment[];
  durationMs: number;
}

export type VoiceFidelity = 'cloned' | 'matched' | 'stock';

export interface SpokenVersion {
  language: Language;
  text: string;
  audio: Blob;
  durationMs: number;
  format: OutputFormat;
  /** How much of the speaker is in it. */
  fidelity: VoiceFidelity;
  voiceCloned: boolean;
  /** 0…1 of the voice model; 0 for a base voice. */
  voiceQuality: number;
  /** Cosine to the voice model, −1…1, where there is one. */
  similarity?: number;
  ttsModel: string;
}

export interface AudioMessageResult {
  original: {
    /** Null for a typed message. */
    audio: Blob | null;
    transcription: string;
    language: Language;
    durationMs: number;
    confidence: number;
    source: 'mobile' | 'whisper' | 'typed';
    segments: Segment[];
  };
  translations: Partial<Record<Language, SpokenVersion>>;
  /** Languages that failed, and why. */
  failures: Partial<Record<Language, WireError>>;
  /** 0…1; 0 without a voice model. */
  voiceModelQuality: number;
  processingTimeMs: number;
}

export type Speech = Omit<SpokenVersion, 'voiceCloned'>;

export interface VoiceSample {
  id: string;
  speakerProfileId: string;
  phraseText: string | null;
  phraseCategory: string | null;
  status: 'pending' | 'processing' | 'completed' | 'failed';
  durationMs: number;
  language: Language | null;
  transcript: string | null;
  quality: { snrDb: number; clipping: number; speechShare: number } | null;
  /** What speaks against it, the most important first: `no-speech`, `too-short`, `too-quiet`, `clipped`, `noisy`, … */
  problems: string[];
  /** How much it counts, 0…1. */
  weight: number;
  error: WireError | null;
  /** Milliseconds since 1970, as all times here. */
  createdAt: number;
  processedAt: number | null;
}

export interface TrainingStatus {
  id: string;
  speakerProfileId: string;
  status: 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';
  /** 0…1 */
  progress: number;
  currentStep: 'check' | 'embed' | 'outliers' | 'centroid' | 'calibrate' | 'enrol' | 'save';
  sampleCount: number;
  totalDurationMs: number;
  intraClassVariance: number | null;
  /** 0…1 */
  confidenceScore: number | null;
  /** The version of the voice model that came of it. */
  modelVersion: number | null;
  error: WireError | null;
  startedAt: number;
  completedAt: number | null;
}

/** What is known of a voice. The voice itself, a biometric, never leaves Timbre. */
export interface VoiceModel {
  userId: string;
  version: number;
  origin: 'trained' | 'created' | 'improved' | 'recalibrated' | 'remade';
  /** 0…1: how much audio there was. */
  qualityScore: number;
  /** 0…1: how sure a new clip of this speaker would be accepted. */
  confidenceScore: number;
  audioCount: number;
  totalDurationMs: number;
  createdAt: number;
  updatedAt: number;
  nextRecalibrationAt: number;
}

/** Every call: what goes in and what comes back. Options are those of the SDK without callbacks and signals. */
export type Calls = {
  /** Shows the sheet where something asked for is not allowed yet. */
  requestPermission: { args: { capabilities: readonly Capability[] }; result: readonly Capability[] };
  processAudioMessage: { args: { audio: AudioInput } & ProcessOptions; result: AudioMessageResult };
  transcribe: {
    args: { audio: AudioInput; language?: Language; returnTimestamps?: boolean };
    result: Transcription;
  };
  translate: {
    args: { text: string; from?: Language; to: readonly Language[] };
    result: Partial<Record<Language, { text: string; via: Language[] }>>;
  };
  synthesize: {
    args: { text: string; language: Language; userId?: string; format?: OutputFormat };
    result: Speech;
  };
  uploadSample: {
    args: { audio: AudioInput; speakerProfileId?: string; phraseText?: string; phraseCategory?: string };
    result: VoiceSample;
  };
  listSamples: { args: { speakerProfileId?: string }; result: VoiceSample[] };
  getSample: { args: { id: string }; result: VoiceSample & { audio: Blob } };
  deleteSample: { args: { id: string }; result: null };
  startTraining: { args: { speakerProfileId?: string }; result: TrainingStatus };
  getTrainingStatus: { args: { sessionId: string }; result: TrainingStatus };
  /** Null: there is none. */
  getVoiceModel: { args: { userId?: string }; result: VoiceModel | null };
  recalibrateVoiceModel: { args: { userId?: string }; result: TrainingStatus };
  deleteVoiceModel: { args: { userId?: string }; result: null };
};

/** What each call needs to have been allowed. */
export const NEEDS: { [M in keyof Calls]: readonly Capability[] } = {
  requestPermission: [],
  processAudioMessage: ['process'],
  transcribe: ['process'],
  translate: ['process'],
  synthesize: ['process'],
  uploadSample: ['samples'],
  listSamples: ['samples'],
  getSample: ['samples'],
  deleteSample: ['samples'],
  startTraining: ['samples'],
  getTrainingStatus: ['samples'],
  getVoiceModel: ['voice'],
  recalibrateVoiceModel: ['samples'],
  deleteVoiceModel: ['samples']
};
