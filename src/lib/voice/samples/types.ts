import type { AudioMeasure } from '$lib/audio';
import type { Engines } from '$lib/engines';
import type { Locks } from '$lib/locks';
import type { Storage } from '$lib/storage';
import type { Audio, OnProgress, TimbreError } from '$workers/contract';

/** What samples and profiles work with. All of it can be replaced in a test. */
export interface StudioDeps {
  storage: Storage;
  engines: Pick<Engines, 'transcribe' | 'textFit' | 'embed'>;
  /** Which model `engines.embed` runs, e.g. `starter/speaker`: embeddings of two models can't be compared. */
  embeddingModel(): string | Promise<string>;
  /** Mono sound at 16 kHz. @returns the file's own rate with it, where that is known. */
  decode(
    blob: Blob,
    options: { signal?: AbortSignal; onProgress?: OnProgress }
  ): Promise<Audio & { durationMs: number; sourceRateHz?: number }>;
  /** A WAV file. */
  encodeWav(audio: Audio, options: { signal?: AbortSignal }): Promise<Blob>;
  measure(audio: Audio): AudioMeasure | Promise<AudioMeasure>;
  /** Heights 0…1 of the drawn waveform. */
  peaks(audio: Audio): number[] | Promise<number[]>;
  /** Where somebody speaks, in order, apart from each other. */
  speechIn(audio: Audio): Stretch[] | Promise<Stretch[]>;
  locks: Locks;
  clock: {
    /** Milliseconds since 1970. */
    now(): number;
  };
  newId(): string;
  /** The tables can't be read or written, so no sample is worked on. */
  onProblem(problem: TimbreError): void;
}

/** [from, to) in samples of sound. */
export interface Stretch {
  from: number;
  to: number;
}

/** What the recogniser made of a recording. */
export interface Heard {
  /** Empty: no words. */
  text: string;
  /** 0…1 */
  confidence: number;
  /** E.g. `starter/whisper`; empty where none is known. */
  model: string;
}
