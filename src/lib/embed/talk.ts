import { isCancelled } from '$lib/abort';
import { storedError } from '$lib/storage';
import { TimbreError } from '$workers/contract';
import { NEEDS, type Calls, type Capability, type FrameOptions, type FromFrame } from '$sdk/protocol';
import type { CallContext } from './calls/context';
import { prepare, USES_VOICE } from './calls';
import { notAllowed, type Permissions } from './permissions';
import { readOptions } from './options';
import type { Relay } from './relay';

export interface TalkDeps {
  permissions: Permissions;
  /** Where calls go instead while it is open. */
  relay: Pick<Relay, 'isOpen' | 'forward'> | null;
  context: Omit<CallContext, 'signal' | 'onProgress' | 'permissions'>;
  onOptions(options: FrameOptions): void;
  onRunning(running: number): void;
  /** The host says that the frame goes. */
  onBye(): void;
}

interface Running {
  /** What was allowed and is needed on: without it the call fails. */
  uses: readonly Capability[];
  controller: AbortController;
}

type Method = keyof Calls;

/** The port with one host: calls come in, answers, progress and events go out. */
export class Talk {
  private readonly running = new Map<number, Running>();
  /** All that is done, also for calls that are over and still put things away. */
  private readonly works = new Set<Promise<void>>();

  constructor(
    private readonly port: MessagePort,
    private readonly deps: TalkDeps
  ) {
    port.onmessage = ({ data }: MessageEvent<unknown>) => this.receive(data);
  }

  say(message: FromFrame): void {
    this.port.postMessage(message);
  }

  /** Ends calls that need what is allowed no longer. */
  lose(lost: readonly Capability[]): void {
    for (const [id, { uses }] of this.running) {
      const gone = uses.filter((each) => lost.includes(each));
      if (gone.length > 0) this.fail(id, notAllowed(gone));
    }
  }

  /** Resolves when nothing runs any more, and what was stored for it is put away. */
  async idle(): Promise<void> {
    await Promise.all(this.works);
  }

  /** Nobody listens any more. */
  end(): void {
    for (const [id, { controller }] of this.running) {
      this.running.delete(id);
      controller.abort();
    }
    this.port.onmessage = null;
    this.port.close();
    this.deps.onRunning(0);
  }

  private receive(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('type' in message)) return;
    if (message.type === 'options' && 'options' in message) this.deps.onOptions(readOptions(message.options));
    else if (message.type === 'bye') this.deps.onBye();
    if (!('id' in message) || typeof message.id !== 'number') return;
    const { id } = message;
    if (this.deps.relay?.forward(id, message)) return;
    if (message.type === 'cancel') this.take(id)?.controller.abort();
    else if (message.type === 'call' && !this.running.has(id)) this.call(id, message);
  }

  private call(id: number, message: object): void {
    const running: Running = { uses: [], controller: new AbortController() };
    this.running.set(id, running);
    this.deps.onRunning(this.running.size);
    const { method, args } = { method: undefined, args: undefined, ...message };
    const work = this.answered(id, running, method, args).finally(() => this.works.delete(work));
    this.works.add(work);
  }

  private async answered(id: number, running: Running, method: unknown, args: unknown): Promise<void> {
    try {
      const value = await this.valueOf(id, running, method, args);
      if (this.take(id)) this.say({ type: 'result', id, value });
    } catch (error) {
      // Cut short because somebody took away what it needs, perhaps before the row told us so.
      if (this.running.has(id)) await this.looksAgain(running);
      if (this.running.has(id)) this.fail(id, error);
      else if (!isCancelled(error))
        console.warn('A call that was given up could not put everything away.', error);
    }
  }

  private async valueOf(
    id: number,
    running: Running,
    method: unknown,
    args: unknown
  ): Promise<Calls[Method]['result']> {
    const { permissions, context } = this.deps;
    const { signal } = running.controller;
    if (!isMethod(method))
      throw new TimbreError('embed/unknown-call', `this version of Timbre has no call ${String(method)}`);
    const run = prepare(method, args);
    await permissions.require(NEEDS[method], signal);
    const voice: Capability[] = USES_VOICE.includes(method) && permissions.has(['voice']) ? ['voice'] : [];
    running.uses = [...NEEDS[method], ...voice];
    return run({
      ...context,
      permissions,
      signal,
      onProgress: (progress) => {
        if (this.running.get(id) === running) this.say({ type: 'progress', id, progress });
      }
    });
  }

  private async looksAgain({ uses }: Running): Promise<void> {
    if (uses.length === 0) return;
    try {
      await this.deps.permissions.refresh();
    } catch (error) {
      console.warn('It is not known what this host is still allowed.', error);
    }
  }

  /** The call as it ran until now; from here on it is over. */
  private take(id: number): Running | undefined {
    const running = this.running.get(id);
    this.running.delete(id);
    if (running) this.deps.onRunning(this.running.size);
    return running;
  }

  private fail(id: number, error: unknown): void {
    const running = this.take(id);
    this.say({ type: 'error', id, error: storedError(error) });
    running?.controller.abort();
  }
}

function isMethod(method: unknown): method is Method {
  return typeof method === 'string' && Object.hasOwn(NEEDS, method);
}
