import { releaseProxy, wrap, type Remote } from 'comlink';
import { TimbreError } from '../../../workers/contract';
import { createWatchdog, type Watchdog } from './watchdog';

/** How long one without work waits for more, in milliseconds. */
const IDLE_MS = 10_000;

/** A worker that does one thing at a time. */
interface Held<Api> {
  worker: Worker;
  api: Remote<Api>;
}

interface CallOptions {
  /** Gives up when nothing has moved for so long, in milliseconds. */
  stallMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * Workers for single files. Starting one costs more than a short file does, and where one file comes, others follow:
 * one that did its work is kept for a while. Cancelling ends the worker, and so does whatever went wrong in it.
 */
export class KeptWorker<Api> {
  private idle: { held: Held<Api>; timer: ReturnType<typeof setTimeout> } | undefined;

  /** @param start of a worker that exposes `Api`. @param what it is, for messages. */
  constructor(
    private readonly start: () => Worker,
    private readonly what: string
  ) {}

  /**
   * One call. The watchdog waits for whatever passes its `guard`; `work` says whether the worker is as good as new.
   * @throws TimbreError `job/cancelled`, `job/timeout`, `worker/crashed`, and what `work` throws.
   */
  async use<T>(
    { stallMs, signal }: CallOptions,
    work: (api: Remote<Api>, watchdog: Watchdog) => Promise<{ value: T; reusable: boolean }>
  ): Promise<T> {
    const held = this.take();
    const watchdog = createWatchdog(stallMs, signal);
    const onError = (event: ErrorEvent) =>
      watchdog.fail(
        new TimbreError('worker/crashed', event.message || `The ${this.what} could not be started.`)
      );
    held.worker.addEventListener('error', onError);
    let reusable = false;
    try {
      const result = await work(held.api, watchdog);
      reusable = result.reusable;
      return result.value;
    } finally {
      watchdog.stop();
      held.worker.removeEventListener('error', onError);
      if (reusable) this.keep(held);
      else end(held);
    }
  }

  private take(): Held<Api> {
    const waiting = this.leave();
    if (waiting) return waiting;
    const worker = this.start();
    const held = { worker, api: wrap<Api>(worker) };
    worker.addEventListener('error', () => {
      if (this.idle?.held === held) this.endIdle();
    });
    return held;
  }

  /** One waits for the next file; more than one is not needed. */
  private keep(held: Held<Api>): void {
    if (this.idle) end(held);
    else this.idle = { held, timer: setTimeout(() => this.endIdle(), IDLE_MS) };
  }

  private endIdle(): void {
    const waiting = this.leave();
    if (waiting) end(waiting);
  }

  private leave(): Held<Api> | undefined {
    clearTimeout(this.idle?.timer);
    const held = this.idle?.held;
    this.idle = undefined;
    return held;
  }
}

function end<Api>({ worker, api }: Held<Api>): void {
  api[releaseProxy]();
  worker.terminate();
}
