/**
 * The worker's side of the bridge. A worker module is:
 *
 *   export const entry = exposeWorker((config) => ({
 *     async translate(sentences: string[], from: Lang, to: Lang[], report: Report) { … }
 *   }));
 *
 * and the page derives its types from `typeof entry`.
 *
 * Rules for methods: the last argument is `report`, called as often as there is something to tell; calls come one after
 * another; a model's failure is thrown as TimbreError 'model/…' (the runtime does so), upon which the page may start
 * this worker anew on the next device; there is no cancel, because the page terminates the worker.
 */
import { expose, proxy, type Endpoint } from 'comlink';
import type { WorkerConfig } from '../contract';
import { sparing } from '../sparing';
import { keepErrorCodes, letGo, type Report, type WorkerEntry, type WorkerReport } from '../wire';
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
 * A call ends at the latest when the worker's GPU fails. The message port that its `report` holds on both sides is closed
 * then, and what is told later is told to nobody.
 */
function wrapMethods<M extends Methods>(methods: M, watch: DeviceWatch): M {
  const wrapped = Object.entries(methods).map(([name, method]) => [
    name,
    async (...args: unknown[]) => {
      const run = (given: unknown[]) => watch.guard(async () => method(...(given as never[])));
      const report = args.at(-1);
      if (!isReport(report)) return run(args);
      const { tell, end } = sparing(report, TELL_EVERY_MS, isUrgent);
      try {
        return await run([...args.slice(0, -1), tell]);
      } finally {
        end();
        letGo(report);
      }
    }
  ]);
  return Object.fromEntries(wrapped) as M;
}

/** A voice tells each sound that it makes, a file each piece that comes: for the page that is work, and nobody sees it. */
const TELL_EVERY_MS = 50;

/** No other argument is a function. */
function isReport(argument: unknown): argument is Report {
  return typeof argument === 'function';
}

/** What begins or ends, and words, which come no oftener than they can be read. */
function isUrgent(now: WorkerReport, last: WorkerReport | undefined): boolean {
  if ('partial' in now || !last || 'partial' in last) return true;
  const { stage, language, detail, fraction } = now.progress;
  const before = last.progress;
  return fraction >= 1 || stage !== before.stage || language !== before.language || detail !== before.detail;
}

/** A rejection that nobody handles means a call that may never end: make it the worker's `error` event, which the page hears. */
function raiseUnhandledRejections(): void {
  self.addEventListener('unhandledrejection', (event) => {
    setTimeout(() => {
      throw event.reason;
    });
  });
}
