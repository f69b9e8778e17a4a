import type { Readable } from 'svelte/store';
import type { Engines } from '$lib/engines';
import type { MessageStore } from '$lib/messages';
import type { MessageProgress, Pipeline } from '$lib/pipeline';
import type { Storage } from '$lib/storage';
import type { Voice } from '$lib/voice';
import type { Device, Stage } from '$workers/contract';

/** Where a stage runs now, and what it had to leave. */
export interface StageDevice {
  device: Device;
  /** Not null: it began elsewhere and failed there. */
  movedFrom: Device | null;
}

/** Everything that pages work with, wired together once. */
export interface App extends MessageStore {
  storage: Storage;
  /** The workers' bridge by itself, for what is no message. */
  engines(): Promise<Engines>;
  /** The workers' bridge and the pipeline: their code is loaded with the first call, their models with the first job. */
  pipeline(): Promise<Pipeline>;
  /** Profiles, samples and voice models; on the same workers. */
  voice(): Promise<Voice>;
  /** Takes up what a closed tab left of the voice studio, and recalibrates what is due; loads nothing when there is neither. */
  resumeStudio(): Promise<void>;
  /** What runs in this tab, by message; empty until there is a pipeline. */
  progress: Readable<ReadonlyMap<string, MessageProgress>>;
  devices: Readable<ReadonlyMap<Stage, StageDevice>>;
}
