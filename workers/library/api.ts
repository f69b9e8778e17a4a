import { sparing } from '../sparing';
import type { LibraryContext, TaskOptions } from './context';
import { exportZip, importModel, modelIn, type ImportSource } from './exchange';
import { install } from './install';
import { checkUpdate, list, remove, usage } from './manage';
import type {
  LibraryEntry,
  LibraryProgress,
  Manifest,
  OnLibraryProgress,
  UpdateReport,
  Usage,
  VerifyReport,
  WantedModel
} from './types';
import { verify } from './verify';

/** What the library's worker is told with each call. */
export interface LibraryConfig {
  /** Of the hub or a mirror. */
  baseUrl: string;
}

/** Progress is told at most this often. */
const TELL_EVERY_MS = 100;

/**
 * The methods of the library's worker. Whoever starts the worker makes one call, with callbacks as Comlink
 * proxies, and ends it; `stop` lets the call close its files first.
 */
export function libraryApi(open: (config: LibraryConfig) => Promise<LibraryContext>) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const options = (context: LibraryContext, tell: OnLibraryProgress): TaskOptions => ({
    signal,
    onProgress: throttled(tell, context)
  });
  return {
    async install(
      config: LibraryConfig,
      wanted: WantedModel,
      update: boolean,
      tell: OnLibraryProgress
    ): Promise<Manifest> {
      const context = await open(config);
      return install(wanted, context, { ...options(context, tell), update });
    },

    async verify(
      config: LibraryConfig,
      repo: string,
      id: string,
      tell: OnLibraryProgress
    ): Promise<VerifyReport> {
      const context = await open(config);
      return verify(repo, id, context, options(context, tell));
    },

    async checkUpdate(config: LibraryConfig, repo: string, id: string): Promise<UpdateReport> {
      return checkUpdate(repo, id, await open(config), { signal });
    },

    async list(config: LibraryConfig): Promise<LibraryEntry[]> {
      return list((await open(config)).store);
    },

    async usage(config: LibraryConfig): Promise<Usage> {
      return usage(await open(config));
    },

    async remove(config: LibraryConfig, repo: string, id: string): Promise<void> {
      return remove(repo, id, (await open(config)).store);
    },

    /** @param write takes a piece; the next is made when it resolves. */
    async exportZip(
      config: LibraryConfig,
      repo: string,
      id: string,
      write: (piece: Uint8Array<ArrayBuffer>) => Promise<void>,
      tell: OnLibraryProgress
    ): Promise<void> {
      const context = await open(config);
      return exportZip(repo, id, write, context, options(context, tell));
    },

    /** Reads no more than what says it. */
    modelIn(source: ImportSource): Promise<Pick<Manifest, 'id' | 'repo'> | null> {
      return modelIn(source);
    },

    async importModel(
      config: LibraryConfig,
      source: ImportSource,
      target: WantedModel | undefined,
      tell: OnLibraryProgress
    ): Promise<Manifest> {
      const context = await open(config);
      return importModel(source, target, context, options(context, tell));
    },

    /** The call under way ends with 'job/cancelled' as soon as what it has is stored. */
    stop(): void {
      stopping.abort();
    }
  };
}

export type LibraryApi = ReturnType<typeof libraryApi>;

/** A new step and the end of one are told at once. */
function throttled(tell: OnLibraryProgress, { clock }: LibraryContext): OnLibraryProgress {
  const isUrgent = ({ step, doneBytes, totalBytes }: LibraryProgress, last: LibraryProgress | undefined) =>
    step !== last?.step || doneBytes === totalBytes;
  return sparing(tell, TELL_EVERY_MS, isUrgent, clock).tell;
}
