import { proxy, type Remote } from 'comlink';
import { realClock, type Timer } from '$workers/clock';
import { asTimbreError } from '$workers/wire';
import type { ImportSource, LibraryApi, LibraryConfig, LibraryProgress } from '$workers/library';
import type { WorkerLike } from '$lib/engines';
import { EventSource } from '$lib/events';
import { browserLocks, type Locks } from '$lib/locks';
import { cancelled, inWorker } from './task';
import type { LibraryEventMap, ModelKey, ModelLibrary, PickedModel, TaskName, TaskOptions } from './types';

/** A mirror has the same layout below another base. */
export const PUBLIC_HUB = 'https://huggingface.co/';

export interface LibraryOptions {
  /** Of the hub or a mirror, asked before each task; default the public hub. */
  baseUrl?: () => string | Promise<string>;
  createWorker?: () => WorkerLike;
  locks?: Locks;
  clock?: Timer;
  /** Asks the browser not to evict what is kept; asked before a download. */
  persist?: () => Promise<unknown>;
}

interface Running {
  task: TaskName;
  stopping: AbortController;
  /** Resolves when its worker is gone and its lock given back. */
  gone: Promise<unknown>;
}

/**
 * The page's hold on the model library. No worker starts before the first call. One repository is worked on by
 * one task at a time, over all tabs; questions (`list`, `usage`, `checkUpdate`) never wait.
 */
export function createModelLibrary(given: LibraryOptions = {}): ModelLibrary {
  const createWorker = given.createWorker ?? startWorker;
  const locks = given.locks ?? browserLocks();
  const clock = given.clock ?? realClock;
  const baseUrl = given.baseUrl ?? (() => PUBLIC_HUB);
  const persist = given.persist ?? askToPersist;
  const events = new EventSource<LibraryEventMap>();
  const running = new Map<string, Set<Running>>();

  async function ask<T>(
    run: (api: Remote<LibraryApi>, config: LibraryConfig) => Promise<T>,
    signal: AbortSignal = new AbortController().signal
  ): Promise<T> {
    const config = { baseUrl: await baseUrl() };
    return rejectingOnAbort(
      inWorker(createWorker, (api) => run(api, config), signal, clock),
      signal
    );
  }

  /** A task under the repository's lock, which can be stopped by `pause` and `remove` and tells its events. */
  async function work<T>(
    task: TaskName,
    model: ModelKey,
    options: TaskOptions,
    run: (api: Remote<LibraryApi>, config: LibraryConfig, tell: Tell) => Promise<T>
  ): Promise<T> {
    const { id, repo } = model;
    const stopping = new AbortController();
    const { signal } = stopping;
    const stop = () => stopping.abort(cancelled());
    if (options.signal?.aborted) stop();
    options.signal?.addEventListener('abort', stop, { once: true });
    const tell = (progress: LibraryProgress) => {
      if (signal.aborted) return;
      options.onProgress?.(progress);
      events.emit('progress', { task, id, progress });
    };
    const held = (async () => {
      const config = { baseUrl: await baseUrl() };
      signal.throwIfAborted();
      return locks.hold(
        `timbre:model:${repo}`,
        () => inWorker(createWorker, (api) => run(api, config, proxy(tell)), signal, clock),
        signal,
        () => events.emit('waiting', { task, id })
      );
    })();
    const entry: Running = { task, stopping, gone: held.catch(() => undefined) };
    const key = keyOf(model);
    const tasks = running.get(key) ?? new Set();
    running.set(key, tasks.add(entry));
    void entry.gone.then(() => {
      tasks.delete(entry);
      if (tasks.size === 0) running.delete(key);
    });
    try {
      const result = await rejectingOnAbort(held, signal);
      events.emit('ended', { task, id, error: null });
      return result;
    } catch (thrown) {
      const error = signal.aborted ? cancelled() : asTimbreError(thrown);
      events.emit('ended', { task, id, error });
      throw error;
    } finally {
      options.signal?.removeEventListener('abort', stop);
      events.emit('changed', { id });
    }
  }

  /** Stops the tasks on a model and waits until they are gone. */
  async function stopAll(model: ModelKey, only?: TaskName): Promise<void> {
    const tasks = [...(running.get(keyOf(model)) ?? [])].filter(({ task }) => !only || task === only);
    for (const { stopping } of tasks) stopping.abort(cancelled());
    await Promise.all(tasks.map(({ gone }) => gone));
  }

  const library: ModelLibrary = {
    events,

    async install(model, options = {}) {
      await persist().catch(() => undefined);
      return work('install', model, options, (api, config, tell) =>
        api.install(config, model, options.update ?? false, tell)
      );
    },

    pause(model) {
      void stopAll(model, 'install');
    },

    async cancel(model) {
      await stopAll(model, 'install');
      const entries = await library.list();
      const begun = entries.find(({ id, repo }) => id === model.id && repo === model.repo);
      if (begun?.state === 'unfinished') await library.remove(model);
    },

    list: () => ask((api, config) => api.list(config)),
    usage: () => ask((api, config) => api.usage(config)),

    async remove(model) {
      await stopAll(model);
      return work('remove', model, {}, (api, config) => api.remove(config, model.repo, model.id));
    },

    async verify(model, options = {}) {
      const report = await work('verify', model, options, (api, config, tell) =>
        api.verify(config, model.repo, model.id, tell)
      );
      if (report.damaged.length > 0 && report.cure && (options.heal ?? true))
        await library.install(report.cure, options);
      return report;
    },

    checkUpdate: (model, options = {}) =>
      ask((api, config) => api.checkUpdate(config, model.repo, model.id), options.signal),

    async exportTo(model, to, options = {}) {
      const writer = to.getWriter();
      try {
        await work('export', model, options, (api, config, tell) =>
          api.exportZip(
            config,
            model.repo,
            model.id,
            proxy((piece) => writer.write(piece)),
            tell
          )
        );
        await writer.close();
      } catch (error) {
        await writer.abort(error).catch(() => undefined);
        throw error;
      }
    },

    modelIn: (source, options = {}) => ask((api) => api.modelIn(sourceOf(source)), options.signal),

    async importFrom(source, target, options = {}) {
      await persist().catch(() => undefined);
      // Which repository an archive is of is known only when it is read: then the lock is over imports.
      const key = target ?? { id: 'import', repo: 'import' };
      return work('import', key, options, (api, config, tell) =>
        api.importModel(config, sourceOf(source), target, tell)
      );
    }
  };
  return library;
}

type Tell = (progress: LibraryProgress) => void;

function startWorker(): WorkerLike {
  return new Worker(new URL('../../../workers/library/library.worker.ts', import.meta.url), {
    type: 'module',
    name: 'library'
  });
}

async function askToPersist(): Promise<unknown> {
  return globalThis.navigator?.storage?.persist?.();
}

function keyOf({ repo, id }: ModelKey): string {
  return `${repo}/${id}`;
}

/** The page's answer comes at once; the worker has a little longer to store what it has. */
function rejectingOnAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(cancelled());
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function sourceOf(source: PickedModel): ImportSource {
  return source instanceof Blob ? { kind: 'zip', file: source } : { kind: 'files', files: source };
}
