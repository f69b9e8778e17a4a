/**
 * The contract between the page and its workers, and between a stage and its engines.
 * Types only, plus the few constants both sides need. No Svelte, no DOM, no runtime.
 */

/** The 16 product languages (ISO 639-1). */
export const LANGUAGES = [
  'fr',
  'en',
  'es',
  'de',
  'pt',
  'it',
  'pl',
  'tr',
  'ru',
  'nl',
  'cs',
  'ar',
  'zh',
  'ja',
  'hu',
  'ko'
] as const;
export type Lang = (typeof LANGUAGES)[number];

/** The languages that the starter models speak. */
export const STARTER_LANGUAGES = ['en', 'fr', 'es', 'de', 'it', 'pt'] as const satisfies readonly Lang[];

/** Mono PCM in −1…1. Crosses worker borders as a transferred buffer. */
export interface Audio {
  samples: Float32Array;
  sampleRateHz: number;
}

/** Sample rate that recognition, voice activity and the speaker encoder work at. */
export const SPEECH_RATE_HZ = 16_000;

export type Stage = 'decode' | 'transcribe' | 'translate' | 'voice' | 'synthesize' | 'encode';

/** One step of work done. `fraction` is true (work done / work known), 0…1, and never goes back. */
export interface Progress {
  stage: Stage;
  language?: Lang;
  fraction: number;
  /** A message key's argument or a short technical word; the page words it. */
  detail?: string;
}
export type OnProgress = (progress: Progress) => void;

/** A recognised word. Times from the start of the message's audio. */
export interface Word {
  text: string;
  startMs: number;
  endMs: number;
  /** 0…1, from token probabilities. */
  confidence: number;
}

export interface Segment {
  text: string;
  startMs: number;
  endMs: number;
  confidence: number;
  words: Word[];
}

/** Where a transcript came from: supplied by the caller, recognised, or typed or corrected by a person. */
export type TranscriptionSource = 'mobile' | 'whisper' | 'typed';

export interface LanguageGuess {
  language: Lang;
  /** 0…1 */
  probability: number;
}

export interface TranscriptionResult {
  /** Empty when no speech was found. */
  text: string;
  language: Lang;
  /** Best first; empty when the language was given. */
  languageGuesses: LanguageGuess[];
  /** 0…1; 0 for an empty transcript. */
  confidence: number;
  source: TranscriptionSource;
  segments: Segment[];
  durationMs: number;
  /** The model that did it, e.g. `starter/whisper`; empty when none did. */
  model: string;
}

export interface TranscribeOptions {
  /** Given: not detected. */
  language?: Lang;
  /** Word times by cross-attention; default true. */
  wordTimes?: boolean;
  /** Names and words to expect, the most important first. A model that can't be told of them is not. */
  glossary?: readonly string[];
  /** Partial text as it is decoded. */
  onPartial?: (text: string) => void;
}

/** What a voice model gives to synthesis. Later engines add their own conditioning under their name. */
export interface VoiceConditioning {
  profileId: string;
  /** 192-d, unit length. */
  centroid: Float32Array;
  engines: Record<string, unknown>;
  /** Another take than the first, from 1: an engine that can varies what it does a little, the same for the same number. */
  take?: number | undefined;
}

/** The name under which a voice keeps what OpenVoice makes of it (`VoiceConditioning.engines`): 256 numbers. */
export const OPENVOICE = 'openvoice';
/** The same for Chatterbox and for Pocket TTS: what each makes of a voice's recordings, with its shape. */
export const CHATTERBOX = 'chatterbox';
export const POCKET = 'pocket';

/** The engines that clone a voice: OpenVoice converts a base voice's speech, the others speak by themselves. */
export const CLONING_ENGINES = [OPENVOICE, CHATTERBOX, POCKET] as const;
export type CloningEngine = (typeof CLONING_ENGINES)[number];

/** The same for the base voice fitted to a person: a plain object of numbers and names. */
export const MATCHED = 'matched';

export type VoiceFidelity = 'cloned' | 'matched' | 'stock';

export interface TranslationOutput {
  sentences: string[];
  /** Languages on the way when there was no direct model. */
  via: Lang[];
  model: string;
}

export interface Speech {
  audio: Audio;
  fidelity: VoiceFidelity;
  /** Engine and voice, e.g. `espeak-ng/fr`. */
  model: string;
  /** Where each word of the text is spoken. */
  words: { text: string; startMs: number; endMs: number }[];
  /** True: its sound carries the app's inaudible mark; absent: there is no model for that. */
  watermark?: boolean;
}

/** The 16 bits of the mark in speech that Timbre made: the letters “Ti”. Of nobody: a mark must not tell who spoke. */
export const WATERMARK_MESSAGE = 0x5469;

/** Whether a sound carries a mark. */
export interface WatermarkDetection {
  /** That a moment of the sound, silence not counted, carries one: 0…1; 0 where all is silent. */
  probability: number;
  /** Its 16 bits, such as `WATERMARK_MESSAGE`; null where there is likelier none. */
  message: number | null;
}

export interface Transcriber {
  transcribe(audio: Audio, options: TranscribeOptions): Promise<TranscriptionResult>;
}
export interface Translator {
  /**
   * All targets in one batch; one output sentence for each input sentence, '' for one that could not be
   * translated whole. A target that no model reaches is left out; when none is reached, or none is whole,
   * it throws ('translate/no-path', 'translate/incomplete').
   */
  translate(sentences: string[], from: Lang, to: Lang[]): Promise<Partial<Record<Lang, TranslationOutput>>>;
}
export interface SpeakerEncoder {
  /** 192 numbers, unit length. */
  embed(audio: Audio): Promise<Float32Array>;
}
export interface Synthesizer {
  synthesize(text: string, language: Lang, voice?: VoiceConditioning): Promise<Speech>;
}
export interface VoiceConverter {
  enrol(audio: Audio): Promise<VoiceConditioning>;
  /** @param onFraction share of the audio that is converted. */
  convert(audio: Audio, voice: VoiceConditioning, onFraction?: (fraction: number) => void): Promise<Audio>;
}

export type Device = 'webgpu' | 'wasm';

/** How to run the models, decided by the page and told to each worker. */
export interface DevicePlan {
  /** In order of preference. */
  devices: Device[];
  /** WASM threads; 1 where the page is not cross-origin isolated. */
  threads: number;
}

/** The type of a model's numbers: 32 or 16 bit floating point, 8 or 4 bit. */
export type ComputeType = 'fp32' | 'fp16' | 'q8' | 'q4';

/** What each worker is told when it starts. */
export interface WorkerConfig {
  plan: DevicePlan;
  /** Absolute URL, ending in `/`, under which the app serves the runtime's .wasm and .mjs. */
  runtimeBase: string;
  /** Absolute URL, ending in `/`, of the model folders: `${modelBase}${model}/config.json`. */
  modelBase: string;
  /** Which model each engine uses; what is left out uses `DEFAULT_MODELS`. */
  models?: Partial<ModelChoice>;
  /** Several translation models, the preferred first (pair models …), instead of `models.translator`. */
  translators?: readonly TranslatorModel[];
  /** Base voices of the hub, one a language; where there is none, `models.synthesizer` speaks. */
  baseVoices?: readonly BaseVoiceModel[];
  /** What `models.speakerEncoder` hears; left out: what its own files say, else WeSpeaker's. */
  speakerFrontEnd?: SpeakerFrontEnd;
  /** What `models.voiceConverter` is a model of; left out: OpenVoice. */
  cloningEngine?: CloningEngine;
  /** Of several translation models, or fetched base voices, only the one in use stays in memory. */
  oneModelAtATime?: boolean;
  /** Weights of this type are preferred for the recogniser; left out: the usual ones of the device. */
  transcriberType?: ComputeType;
  /** Texts that the recogniser keeps side by side (beam search), 1–8; left out: 1, the fastest. */
  transcriberBeams?: number;
  /** How sessions are created, where the runtime's own choice breaks a model. */
  graphOptimizationLevel?: 'basic';
}

/** What a translation model translates: every pair among some languages, or one pair. */
export type TranslationDirections = { among: readonly Lang[] } | { from: Lang; to: Lang };

export interface TranslatorModel {
  /** A folder below `modelBase`. */
  model: string;
  /** Left out: read from the model's own small files. */
  directions?: TranslationDirections;
  /** Firefox's models have a program of their own; left out: ONNX graphs. */
  engine?: 'bergamot';
  /** Of this model's sessions. */
  graphOptimizationLevel?: 'basic';
}

/** A fetched voice for one language. */
export interface BaseVoiceModel {
  language: Lang;
  /** A folder below `modelBase`. */
  model: string;
  /** As its makers call it, e.g. `fr_FR-siwis-medium`. */
  name: string;
}

/** How sound is written down before a speaker encoder hears it. Each encoder knows one. */
export type SpeakerFrontEnd = 'wespeaker' | 'speechbrain';

/** A folder below `modelBase` for each engine (for `voiceActivity`: a file; for `synthesizer`: the engine's name). */
export interface ModelChoice {
  transcriber: string;
  translator: string;
  speakerEncoder: string;
  voiceActivity: string;
  synthesizer: string;
  /** None ships: a base voice then stays what it is, or is matched without a model. */
  voiceConverter?: string;
  /** None ships: speech is then not marked. */
  watermark?: string;
}

/** The models that ship with the app. */
export const DEFAULT_MODELS: ModelChoice = {
  transcriber: 'starter/whisper',
  translator: 'starter/translation',
  speakerEncoder: 'starter/speaker',
  voiceActivity: 'vad/silero_vad_v6_whole.onnx',
  synthesizer: 'espeak-ng'
};

/**
 * Every error that can reach a person has a code; the page's catalogue has the sentence.
 * The one list of codes.
 */
export const ERROR_CODES = [
  'audio/empty',
  'audio/too-large',
  'audio/too-long',
  'audio/too-short',
  'audio/not-audio',
  'audio/unsupported',
  'audio/switched-off',
  'audio/damaged',
  'audio/no-microphone',
  'audio/microphone-denied',
  'audio/recorder-failed',
  'audio/encode-failed',
  'speech/none-found',
  'language/unsupported',
  'model/missing',
  'model/load-failed',
  'model/run-failed',
  'model/damaged',
  'model/download-failed',
  'model/licence-not-accepted',
  'translate/no-path',
  'translate/incomplete',
  'synthesize/failed',
  'voice/no-samples',
  'voice/no-consent',
  'voice/consent-words',
  'voice/consent-voice',
  'storage/full',
  'storage/blocked',
  'storage/outdated',
  'storage/unavailable',
  'storage/failed',
  'storage/not-found',
  'job/cancelled',
  'job/timeout',
  'worker/crashed',
  'network/offline',
  'network/timeout',
  'input/invalid',
  // The talk with another web app (src/lib/embed).
  'embed/not-allowed',
  'embed/origin',
  'embed/version',
  'embed/timeout',
  'embed/disconnected',
  'embed/destroyed',
  'embed/unknown-call',
  'unknown'
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error with a code. Survives structured cloning as `{ name: 'TimbreError', code, message }`. */
export class TimbreError extends Error {
  override readonly name = 'TimbreError';
  constructor(
    readonly code: ErrorCode,
    /** For developers; people read the catalogue's sentence for `code`. */
    message: string,
    options?: { cause?: unknown }
  ) {
    super(message, options);
  }
}
