import type { Audio, Lang, OnProgress, VoiceConditioning } from '$workers/contract';

/** A person whose voice may be modelled. The device's own person has the id `me`. */
export interface SpeakerProfile {
  id: string;
  name: string;
  /** Recorded consent; null only for `me`, who consents by recording. */
  consent: { sampleId: string; phrase: string; language: Lang; givenAt: number } | null;
  createdAt: number;
  updatedAt: number;
}

export type SampleStatus = 'pending' | 'processing' | 'completed' | 'failed';

/** How good a recording is for training. */
export interface SampleQuality {
  /** dB */
  snrDb: number;
  /** Share of samples at full scale, 0…1. */
  clipping: number;
  /** Share of the time with speech, 0…1. */
  speechShare: number;
}

/** One recording for training: guided (with the phrase that was read) or freestyle (without). */
export interface VoiceSample {
  id: string;
  speakerProfileId: string;
  audioId: string;
  originalName: string;
  mimeType: string;
  sizeBytes: number;
  durationMs: number;
  phraseText: string | null;
  phraseCategory: string | null;
  quality: SampleQuality | null;
  /** 192 numbers of unit length; null until it has been processed. */
  embedding: Float32Array | null;
  embeddingModel: string;
  status: SampleStatus;
  errorMessage: string | null;
  createdAt: number;
  processedAt: number | null;
}

export type TrainingStatus = 'pending' | 'processing' | 'completed' | 'failed';

/** One run that turns samples into a voice model. */
export interface TrainingSession {
  id: string;
  speakerProfileId: string;
  status: TrainingStatus;
  /** 0…1 */
  progress: number;
  currentStep: string;
  sampleCount: number;
  totalDurationMs: number;
  /** 192 numbers of unit length; null until completed. */
  centroidEmbedding: Float32Array | null;
  intraClassVariance: number | null;
  /** 0…1, calibrated: how well the samples agree. It can be low. */
  confidenceScore: number | null;
  startedAt: number;
  completedAt: number | null;
  errorMessage: string | null;
}

/** What synthesis needs of a voice. */
export interface VoiceModel {
  /** Its profile's id. */
  id: string;
  /** 192 numbers of unit length. */
  centroid: Float32Array;
  /** What each engine made of it, by the engine's name. */
  conditioning: Record<string, unknown>;
  audioCount: number;
  totalDurationMs: number;
  /** 0…1: how much audio there was. */
  qualityScore: number;
  /** One more with each recalibration. */
  version: number;
  createdAt: number;
  updatedAt: number;
  nextRecalibrationAt: number;
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
