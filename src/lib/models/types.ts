import type {
  LibraryEntry,
  LibraryProgress,
  Manifest,
  UpdateReport,
  Usage,
  VerifyReport,
  WantedModel
} from '$workers/library';
import type { TimbreError } from '$workers/contract';
import type { Events } from '$lib/events';

/** Common to every task. Aborting rejects at once with 'job/cancelled'; what is stored stays. */
export interface TaskOptions {
  signal?: AbortSignal;
  onProgress?: (progress: LibraryProgress) => void;
}

export interface InstallOptions extends TaskOptions {
  /** Takes the newest commit also where another one is installed; without it an update is never taken. */
  update?: boolean;
}

/** Which model of the library. A `LibraryEntry`, a `Manifest` or a `WantedModel` is one. */
export interface ModelKey {
  id: string;
  repo: string;
}

/** A file of a person's disk; nothing of it is read until it is copied. */
export interface PickedFile {
  /** From the picked folder on, that included: `whisper-tiny/config.json`. */
  path: string;
  file: Blob;
}

/** Files of a picked folder with their paths, or an archive. */
export type PickedModel = Blob | readonly PickedFile[];

export type TaskName = 'install' | 'verify' | 'remove' | 'export' | 'import';

// A type and not an interface, so that it fits an index signature.
export type LibraryEventMap = {
  /** Another tab, or another task of this one, works on the same repository: this one begins when that has ended. */
  waiting: { task: TaskName; id: string };
  progress: { task: TaskName; id: string; progress: LibraryProgress };
  /** A task ended; `error` is null when it went well. */
  ended: { task: TaskName; id: string; error: TimbreError | null };
  /** What `list` says may have changed. */
  changed: { id: string };
};

/** All the page can ask of the library. Errors are TimbreErrors; every method may also throw 'worker/crashed' and 'storage/failed'. */
export interface ModelLibrary {
  /**
   * Has a model on the device; goes on with what an earlier call, tab or visit began.
   * @throws 'storage/full', 'model/missing', 'model/damaged', 'model/download-failed', 'model/licence-not-accepted',
   * 'network/offline', 'network/timeout', 'input/invalid', 'job/cancelled'.
   */
  install(model: WantedModel, options?: InstallOptions): Promise<Manifest>;
  /** Stops the installation; what came is kept. Its `install` rejects with 'job/cancelled'. */
  pause(model: ModelKey): void;
  /** Stops the installation and throws away what came, except what an installed model needs. */
  cancel(model: ModelKey): Promise<void>;
  /** What is installed or begun. */
  list(): Promise<LibraryEntry[]>;
  usage(): Promise<Usage>;
  /** Stops what is being done with the model and deletes it, with those of its files that no other model needs. */
  remove(model: ModelKey): Promise<void>;
  /**
   * Checks every byte at rest; what is wrong is deleted. @param options.heal fetches it again (default).
   * @throws 'storage/not-found', and what `install` throws.
   */
  verify(model: ModelKey, options?: TaskOptions & { heal?: boolean }): Promise<VerifyReport>;
  /** Whether the hub has a newer commit; takes nothing. */
  checkUpdate(model: ModelKey, options?: TaskOptions): Promise<UpdateReport>;
  /** Writes an archive piece by piece, and closes it. @throws 'storage/not-found', 'model/damaged'. */
  exportTo(
    model: ModelKey,
    to: WritableStream<Uint8Array<ArrayBuffer>>,
    options?: TaskOptions
  ): Promise<void>;
  /** Which model lies on a person's disk, by its manifest; null: it has none. Takes nothing. @throws 'input/invalid', 'job/cancelled'. */
  modelIn(source: PickedModel, options?: Pick<TaskOptions, 'signal'>): Promise<ModelKey | null>;
  /**
   * Installs from a person's disk. @param target which model it is, for files without a manifest.
   * @throws 'model/damaged', 'model/missing', 'input/invalid', 'storage/full', 'job/cancelled'.
   */
  importFrom(source: PickedModel, target?: WantedModel, options?: TaskOptions): Promise<Manifest>;
  readonly events: Events<LibraryEventMap>;
}
