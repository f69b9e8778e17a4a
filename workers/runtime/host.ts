/**
 * The worker's side of the bridge. A worker module is:
 *
 *   export const entry = exposeWorker((config) => ({
 *     async translate(sentences: string[], from: Lang, to: Lang[], report: Report) { … }
 *   }));
 *
 * and the page derives its types from `typeof entry`.
 *
 * Rules for methods: the last argument is `report`; calls come one after another; a model's failure is
 * thrown as TimbreError 'model/…' (the runtime does so), upon which the page may start this worker anew
 * on the next device; there is no cancel, because the page terminates the worker.
 */
import { expose, proxy, releaseProxy, type Endpoint } from 'comlink';
import type { WorkerConfig } from '../contract';
import { keepErrorCodes, type WorkerEntry } from '../wire';
import { deviceWatch, type DeviceWatch } from './deviceWatch';
import { mountLibrary } from './fetchBytes';

type Methods = Record<string, (...args: never[]) => unknown>;

/** @param create makes the stage's methods; it may keep models between calls, but loads none before the first. */
export function exposeWorker<M extends Methods>(
  create: (config: WorkerConfig) => M,
  endpoint?: Endpoint,
  watch = deviceWatch
): WorkerEntry<M> {
  keepErrorCodes();
  if (!endpoint) raiseUnhandledRejections();
  const entry: WorkerEntry<M> = {
    async start(config) {
      mountLibrary(config.modelBase);
      return proxy(wrapMethods(create(config), watch));
    }
  };
  // With no endpoint, Comlink listens on the worker itself.
  expose(entry, endpoint);
  return entry;
}

/**
 * A call ends at the latest when the worker's GPU fails. Its `report` holds a message port on both sides: it is
 * closed when the call ends.
 */
function wrapMethods<M extends Methods>(methods: M, watch: DeviceWatch): M {
  const wrapped = Object.entries(methods).map(([name, method]) => [
    name,
    async (...args: never[]) => {
      try {
        return await watch.guard(async () => method(...args));
      } finally {
        for (const argument of args as unknown[]) {
          if (typeof argument === 'function' && releaseProxy in argument)
            (argument[releaseProxy] as () => void)();
        }
      }
    }
  ]);
  return Object.fromEntries(wrapped) as M;
}

/** A rejection that nobody handles means a call that may never end: make it the worker's `error` event, which the page hears. */
function raiseUnhandledRejections(): void {
  self.addEventListener('unhandledrejection', (event) => {
    setTimeout(() => {
      throw event.reason;
    });
  });
}
