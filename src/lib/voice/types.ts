import type {
  Live,
  SampleSource,
  SpeakerProfile,
  TrainingSession,
  VoiceModel,
  VoiceSample
} from '$lib/storage';
import type { Audio, Lang, OnProgress, VoiceConditioning } from '$workers/contract';
import type { Readable } from 'svelte/store';

export type {
  Consent,
  LeftOut,
  ModelOrigin,
  ModelSample,
  SampleProblem,
  SampleQuality,
  SampleSource,
  SampleStatus,
  SpeakerProfile,
  TrainingSession,
  TrainingStatus,
  TrainingStep,
  VoiceModel,
  VoiceSample
} from '$lib/storage';

/** A phrase to read out. */
export interface Phrase {
  /** Stable, e.g. `en-question-3`. */
  id: string;
  category: PhraseCategory;
  text: string;
}
export type PhraseCategory =
  'greeting' | 'question' | 'number' | 'emotion' | 'everyday' | 'sounds' | 'passphrase';

/** A recording as it comes in, before anything is known of it. */
export interface NewSample {
  speakerProfileId: string;
  source: SampleSource;
  blob: Blob;
  /** The file's own name; empty for a recording. */
  name: string;
  /** What was to be read out. */
  phrase?: { text: string | null; category: string | null };
  language?: Lang;
  messageId?: string;
  /** The origin of the web app that brought it; default: the person did. */
  host?: string;
  /** Of the recorder's take: the sample has its id, so that sent twice it is one sample. Default: a new one. */
  takeId?: string;
}

/** Profiles and their consent. `me` is always among them. */
export interface Profiles {
  readonly all: Live<SpeakerProfile[]>;
  get(id: string): Promise<SpeakerProfile>;
  /** Of the person among the recipients who has this name, so that their messages are spoken in it; else of somebody new. */
  create(name: string): Promise<SpeakerProfile>;
  rename(id: string, name: string): Promise<void>;
  /** What is to be said in `language` so that this person's voice may be modelled. */
  consentSentence(id: string, language: Lang): Promise<string>;
  /** Checks the words and the voice, and keeps the recording. Errors: `voice/consent-words`, `voice/consent-voice`, … */
  giveConsent(id: string, blob: Blob, language: Lang, options?: { signal?: AbortSignal }): Promise<void>;
  /** With it goes the voice model. */
  withdrawConsent(id: string): Promise<void>;
  /** Everything of this voice, from every store. `me` stays, empty. */
  erase(id: string): Promise<void>;
  /** A zip: the sounds, and what is known of them as JSON. */
  exportAll(id: string): Promise<Blob>;
  /** What is stored: counts and bytes. */
  stored(id: string): Live<{ samples: number; models: number; bytes: number }>;
}

/** Samples: kept as soon as they exist, judged one after another in the background. */
export interface Samples {
  /** Newest first. */
  of(profileId: string): Live<VoiceSample[]>;
  /** Kept as `pending`, then worked on by itself. Never throws for what the sound is; `storage/…` only. */
  add(sample: NewSample): Promise<VoiceSample>;
  /** A long recording, cut at its pauses: one sample each. */
  addFreestyle(
    profileId: string,
    blob: Blob,
    options?: { language?: Lang; signal?: AbortSignal }
  ): Promise<VoiceSample[]>;
  /** Messages that this person sent with a recording, and that are no samples yet. */
  fromMessages(
    profileId: string
  ): Live<{ messageId: string; text: string; durationMs: number; createdAt: number }[]>;
  addMessages(profileId: string, messageIds: readonly string[]): Promise<void>;
  /** Failed ones again. */
  retry(id: string): Promise<void>;
  /** Counts although something speaks against it; it then weighs less. */
  keep(id: string, kept: boolean): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  /** With its embedding; once it is forgotten, with its share in the voice models. @returns the way back, for a while. */
  remove(id: string): Promise<{ undo(): Promise<void>; forget(): Promise<void> }>;
  sound(id: string): Promise<Blob>;
  /** Takes up what a closed tab left `pending` or `processing`. */
  resume(): Promise<void>;
  /** The sample that is being worked on now, with its fraction. */
  readonly working: Readable<{ sampleId: string; fraction: number } | null>;
}

/** Training and the models that come of it. */
export interface Training {
  /** Newest first. */
  sessions(profileId: string): Live<TrainingSession[]>;
  get(sessionId: string): Promise<TrainingSession>;
  /** Errors: `voice/no-samples`, `voice/no-consent`. A profile that is being trained already gives that session. */
  start(profileId: string, options?: StartOptions): Promise<TrainingSession>;
  cancel(sessionId: string): Promise<void>;
  /** Takes up what a closed tab left in the middle (samples removed since count no longer), and recalibrates what is due. */
  resume(): Promise<void>;
  /** From the last 30 days' recordings, now. Errors as `start`. */
  recalibrate(profileId: string, options?: StartOptions): Promise<TrainingSession>;
  /** Newest version first. */
  models(profileId: string): Live<VoiceModel[]>;
  modelInUse(profileId: string): Promise<VoiceModel | null>;
  /** One click back, or forth. */
  use(profileId: string, version: number): Promise<void>;
  removeModels(profileId: string): Promise<void>;
}

export interface StartOptions {
  /** The origin of the web app that asks for it; default: the person does. */
  host?: string;
}

/** The whole of a person's voice, open. */
export interface Voice {
  profiles: Profiles;
  samples: Samples;
  training: Training;
  /** For the pipeline. */
  policy: VoicePolicy;
}

/** What makes an engine's conditioning of a voice, in training's step `enrol`. */
export interface VoiceEnroller {
  /** The engine's name, under which the conditioning is kept and the synthesizer looks for it. */
  name: string;
  /** Whether the engine's model is here. */
  available(): Promise<boolean>;
  /** @returns plain, cloneable values. Errors: coded; training then goes on without this engine, and says so. */
  enrol(
    input: { centroid: Float32Array; clips: readonly Audio[]; language: Lang; profileId: string },
    options: { signal: AbortSignal; onFraction?: (fraction: number) => void }
  ): Promise<unknown>;
}

export interface VoiceRequest {
  /** The sender's profile id. */
  speakerId: string;
  messageId: string;
  /** Length of the message's own recording; 0 for a typed message. */
  durationMs: number;
  /** The message's own recording, decoded when asked for; null for a typed message. */
  recording: (() => Promise<Audio>) | null;
}

/** The voice to speak with. */
export interface ChosenVoice {
  /** What the synthesizer is given. */
  conditioning: VoiceConditioning;
  /** 0…1, of the voice model. */
  quality: number;
  /** Which speaker encoder its centroid belongs to; others' vectors can't be compared with it. */
  embeddingModel?: string;
}

/**
 * The voice policy's slot in the pipeline: use a young voice model, improve an old one with the message's
 * own recording, create one where there is none (DESIGN.md). Null: no voice model, the base voice speaks
 * and the version says `stock`.
 * `similarity`, where there is one, scores a finished speech against the voice: a cosine, −1…1.
 */
export interface VoicePolicy {
  voiceFor(
    request: VoiceRequest,
    options: { signal: AbortSignal; onProgress?: OnProgress }
  ): Promise<ChosenVoice | null>;
  similarity?(speech: Audio, voice: ChosenVoice, options: { signal: AbortSignal }): Promise<number | null>;
}
