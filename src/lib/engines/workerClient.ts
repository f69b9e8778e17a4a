import { proxy, wrap, type Endpoint } from 'comlink';
import type { Timer } from '../../../workers/clock';
import { TimbreError, type ErrorCode, type Stage, type WorkerConfig } from '../../../workers/contract';
import {
  asTimbreError,
  keepErrorCodes,
  type RemoteMethods,
  type Report,
  type WorkerEntry,
  type WorkerReport
} from '../../../workers/wire';
import type { CallOptions, DeviceChange } from './types';

/** The part of `Worker` that is used, so that tests can give a worker of their own. */
export interface WorkerLike extends Endpoint {
  terminate(): void;
}

export interface WorkerClientOptions {
  stage: Stage;
  createWorker: () => WorkerLike;
  /**
   * Asked before each call; its plan's devices are tried in order. A worker that was started with another
   * answer is ended first, so that a change (of a model, say) holds from the next call on.
   */
  config: () => Promise<WorkerConfig>;
  /** A worker with nothing to do is terminated after this long. */
  idleReleaseMs: number;
  clock: Timer;
  onDeviceChanged?: (change: DeviceChange) => void;
  /**
   * Told when the call that failed on one device came to its end on the next: so it was the first device's fault,
   * and not the call's, the network's or the file's. @param uses see `ClientCallOptions`.
   */
  onDeviceToBlame?: (change: DeviceChange, uses: readonly string[] | undefined) => void;
  /**
   * Asked before a call's worker is used, once it is known what it runs; the call waits for it and holds what it
   * gives to its end, however it ends. Undefined: nothing to wait for.
   */
  takeTurn?: () => Promise<(() => void) | undefined>;
  /**
   * Asked when a call failed for want of a working model and no device is left. True: `config` now answers
   * differently, and the call runs once more. @param uses see `ClientCallOptions`.
   */
  fallBack?: (error: TimbreError, uses: readonly string[] | undefined) => Promise<boolean>;
}

export interface ClientCallOptions extends CallOptions {
  onPartial?: ((text: string) => void) | undefined;
  /**
   * The folders of the models that it may load; left out: any of the stage's. None: it takes no turn, and no model is
   * blamed for its failure.
   */
  uses?: ((config: WorkerConfig) => readonly string[]) | undefined;
}

/** After these the worker's state is in doubt, and another device may do better. */
const RUNTIME_FAILURES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'model/load-failed',
  'model/run-failed',
  'worker/crashed',
  'unknown'
]);

/** These, too, may be the model's fault: its files are gone, cut off, or not to be read. */
const MODEL_FAILURES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...RUNTIME_FAILURES,
  'model/missing',
  'model/damaged',
  'storage/failed',
  'storage/not-found'
]);

interface Job<Methods> {
  run: (methods: Methods, report: Report) => Promise<unknown>;
  options: ClientCallOptions;
  resolve: (value: unknown) => void;
  reject: (error: TimbreError) => void;
  /** Stops listening to the caller's signal. */
  forget: () => void;
  settled: boolean;
  /** The device that failed under it. */
  moved: DeviceChange | undefined;
  /** Its turn has come, and a worker with its models is in use. */
  atWork: boolean;
  /** Lets others have the turn that it holds. */
  endTurn: (() => void) | undefined;
  /** Highest fraction told so far, for each language and for the whole. */
  fractions: Map<string, number>;
}

interface LiveWorker<Methods> {
  worker: WorkerLike;
  methods: Promise<Methods>;
  /** Rejects when the worker crashes; never resolves. */
  crashed: Promise<never>;
}

/**
 * One stage's worker: started at the first call, its calls queued one after another, ended by
 * cancelling, idling, crashing or `release`, and started again by the next call.
 *
 * A worker runs on one device all its life. A runtime failure ends it and, where the plan has another
 * device, runs the same call once more there; the stage then stays on that device.
 *
 * @typeParam Entry the type of the worker module's exported entry.
 */
export class WorkerClient<Entry extends WorkerEntry<object>> {
  private readonly queue: Job<RemoteMethods<Entry>>[] = [];
  private running: Job<RemoteMethods<Entry>> | undefined;
  private live: LiveWorker<RemoteMethods<Entry>> | undefined;
  private stopIdleTimer: (() => void) | undefined;
  private configured: WorkerConfig | undefined;
  private deviceIndex = 0;

  constructor(private readonly options: WorkerClientOptions) {
    keepErrorCodes();
  }

  /**
   * Queues a call. `run` may be called twice (after a change of device), so it makes its transferred arguments itself.
   * @throws TimbreError: what the worker threw, or 'job/cancelled', or 'worker/crashed'.
   */
  call<R>(
    run: (methods: RemoteMethods<Entry>, report: Report) => Promise<R>,
    options: ClientCallOptions = {}
  ): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      if (options.signal?.aborted) return reject(cancelled());
      const onAbort = () => this.cancel(job);
      const job: Job<RemoteMethods<Entry>> = {
        run,
        options,
        resolve: resolve as (value: unknown) => void,
        reject,
        forget: () => options.signal?.removeEventListener('abort', onAbort),
        settled: false,
        moved: undefined,
        atWork: false,
        endTurn: undefined,
        fractions: new Map()
      };
      options.signal?.addEventListener('abort', onAbort);
      this.queue.push(job);
      this.next();
    });
  }

  /** Whether a call is under way or waits. */
  get isBusy(): boolean {
    return this.running !== undefined || this.queue.length > 0;
  }

  /** Whether there is a worker, with what its calls have loaded. */
  get isLive(): boolean {
    return this.live !== undefined;
  }

  /** Terminates the worker if it has nothing to do, or nothing before its turn: its memory is wanted elsewhere. */
  releaseIdle(): void {
    if (!this.running?.atWork) this.stop();
  }

  /** Terminates the worker; running and waiting calls reject with 'job/cancelled'. */
  release(): void {
    for (const job of [...this.queue, ...(this.running ? [this.running] : [])]) this.cancel(job);
    this.stop();
  }

  private cancel(job: Job<RemoteMethods<Entry>>): void {
    if (job.settled) return;
    const waiting = this.queue.indexOf(job);
    if (waiting >= 0) this.queue.splice(waiting, 1);
    else this.stop(); // the only way to interrupt WASM, and the only sure way to get its memory back
    this.settle(job, () => job.reject(cancelled()));
  }

  private settle(job: Job<RemoteMethods<Entry>>, tell: () => void): void {
    if (job.settled) return;
    job.settled = true;
    job.endTurn?.();
    job.forget();
    tell();
    if (this.running === job) this.running = undefined;
    this.next();
  }

  private next(): void {
    if (this.running) return;
    const job = this.queue.shift();
    this.stopIdleTimer?.();
    this.stopIdleTimer = undefined;
    if (job) {
      this.running = job;
      void this.perform(job);
    } else if (this.live) {
      this.stopIdleTimer = this.options.clock.after(this.options.idleReleaseMs, () => this.stop());
    }
  }

  private async perform(job: Job<RemoteMethods<Entry>>, mayMove = true, mayFallBack = true): Promise<void> {
    try {
      const value = await this.attempt(job);
      if (job.moved && !job.settled && this.needsModel(job))
        this.options.onDeviceToBlame?.(job.moved, this.usesOf(job));
      this.settle(job, () => {
        this.tellDone(job);
        job.resolve(value);
      });
    } catch (thrown) {
      if (job.settled) return; // cancelled: whatever the terminated worker's call ends with concerns nobody
      const error = asTimbreError(thrown);
      if (RUNTIME_FAILURES.has(error.code)) {
        this.stop();
        job.moved = mayMove ? this.moveToNextDevice(error) : undefined;
        if (job.moved) return this.perform(job, false, mayFallBack);
      }
      const mayBeModel = mayFallBack && this.needsModel(job) && MODEL_FAILURES.has(error.code);
      if (mayBeModel && (await this.options.fallBack?.(error, this.usesOf(job)))) {
        if (job.settled) return;
        this.stop();
        job.moved = undefined;
        return this.perform(job, true, false);
      }
      this.settle(job, () => job.reject(error));
    }
  }

  private async attempt(job: Job<RemoteMethods<Entry>>): Promise<unknown> {
    const config = await this.config(job);
    await this.takeTurn(job);
    job.atWork = true;
    const live = (this.live ??= this.start(config));
    const methods = await Promise.race([live.methods, live.crashed]);
    return Promise.race([job.run(methods, this.reportOf(job)), live.crashed]);
  }

  /** The worker's config, its plan without the devices that failed. */
  private async config(job: Job<RemoteMethods<Entry>>): Promise<WorkerConfig> {
    const asked = await this.options.config();
    if (job.settled) throw cancelled();
    if (!same(asked, this.configured)) {
      // What failed may be missing from the plan by now: then the worker already is what is asked for.
      if (!this.configured || !same(asked, this.withoutFailed(this.configured))) this.stop();
      this.deviceIndex = 0;
      this.configured = asked;
    }
    return this.withoutFailed(asked);
  }

  private withoutFailed(config: WorkerConfig): WorkerConfig {
    const { plan } = config;
    return { ...config, plan: { ...plan, devices: plan.devices.slice(this.deviceIndex) } };
  }

  private usesOf({ options }: Job<RemoteMethods<Entry>>): readonly string[] | undefined {
    return this.configured && options.uses?.(this.configured);
  }

  private needsModel(job: Job<RemoteMethods<Entry>>): boolean {
    return this.usesOf(job)?.length !== 0;
  }

  /** A call that is run again still has its turn. */
  private async takeTurn(job: Job<RemoteMethods<Entry>>): Promise<void> {
    if (job.endTurn || !this.needsModel(job) || !this.options.takeTurn) return;
    const endTurn = await this.options.takeTurn();
    if (!job.settled) job.endTurn = endTurn;
    else {
      endTurn?.();
      throw cancelled();
    }
  }

  /** @returns the change to the plan's next device; undefined where there is none. */
  private moveToNextDevice(error: TimbreError): DeviceChange | undefined {
    const [from, to] = this.configured?.plan.devices.slice(this.deviceIndex) ?? [];
    if (!from || !to) return undefined;
    this.deviceIndex += 1;
    const change = { stage: this.options.stage, from, to, reason: error.message };
    this.options.onDeviceChanged?.(change);
    return change;
  }

  private start(config: WorkerConfig): LiveWorker<RemoteMethods<Entry>> {
    const worker = this.options.createWorker();
    const crashed = new Promise<never>((_, reject) => {
      const onError = (event: Event | { message?: string }) => {
        const message =
          'message' in event && event.message
            ? event.message
            : 'the worker could not be started or stopped working';
        if (this.live?.worker === worker) this.stop();
        reject(new TimbreError('worker/crashed', message));
      };
      worker.addEventListener('error', onError as EventListener);
      worker.addEventListener('messageerror', onError as EventListener);
    });
    const root = wrap<WorkerEntry<object>>(worker);
    const methods = root.start(config) as Promise<unknown> as Promise<RemoteMethods<Entry>>;
    // Both are raced by every attempt, which handles them; a worker that is stopped between two calls leaves them unheard.
    crashed.catch(ignoreUnheard);
    methods.catch(ignoreUnheard);
    return { worker, methods, crashed };
  }

  private stop(): void {
    this.stopIdleTimer?.();
    this.stopIdleTimer = undefined;
    this.live?.worker.terminate();
    this.live = undefined;
  }

  /** Progress that arrives late, or would go back after a change of device, is not told. */
  private reportOf(job: Job<RemoteMethods<Entry>>): Report {
    return proxy((report: WorkerReport) => {
      if (job.settled) return;
      if ('partial' in report) return job.options.onPartial?.(report.partial);
      const key = report.progress.language ?? '';
      const fraction = Math.min(1, Math.max(job.fractions.get(key) ?? 0, report.progress.fraction));
      job.fractions.set(key, fraction);
      job.options.onProgress?.({ ...report.progress, fraction });
    });
  }

  /** The worker's last report travels on another port than its result and may come too late. */
  private tellDone(job: Job<RemoteMethods<Entry>>): void {
    if ((job.fractions.get('') ?? 0) < 1)
      job.options.onProgress?.({ stage: this.options.stage, fraction: 1 });
  }
}

function same(a: WorkerConfig, b: WorkerConfig | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function cancelled(): TimbreError {
  return new TimbreError('job/cancelled', 'the call was cancelled');
}

function ignoreUnheard(): void {
  // Nothing is lost: see where it is attached.
}
