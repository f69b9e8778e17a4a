import type { Engines } from '$lib/engines';
import type { Locks } from '$lib/locks';
import type { Storage } from '$lib/storage';
import type { Audio, TimbreError } from '$workers/contract';
import type { VoiceEnroller } from '../types';

/** What training and the voice policy work with. All of it can be replaced in a test. */
export interface TrainingDeps {
  storage: Storage;
  engines: Pick<Engines, 'embed'>;
  /** Which speaker encoder `engines.embed` runs now, as it is kept with each vector. */
  embeddingModel(): string | Promise<string>;
  /** Mono sound at 16 kHz. */
  decode(blob: Blob, options: { signal?: AbortSignal }): Promise<Audio>;
  resample(samples: Float32Array, fromHz: number, toHz: number): Float32Array | Promise<Float32Array>;
  /** What makes the engines' conditioning, in the order in which they are asked. */
  enrollers: readonly VoiceEnroller[];
  /**
   * Those that a message can wait for, when the policy makes a voice model on its way: they take less than a second
   * or two. What the others made of the voice comes with the next training.
   */
  quickEnrollers: readonly VoiceEnroller[];
  locks: Locks;
  clock: {
    /** Milliseconds since 1970. */
    now(): number;
    /** Milliseconds from any start, never going back. */
    monotonic(): number;
  };
  newId(): string;
  /** Something went wrong that stops nothing: a message is spoken by a base voice instead, an engine is left out. */
  onProblem(error: TimbreError): void;
}
