import { receivedError, TimbreError } from './errors';
import type { Patience } from './patience';
import type { CallMessage, Calls, FromFrame, FromHost } from './protocol';
import type { ProgressOptions } from './types';

interface Pending {
  message: CallMessage;
  onProgress: ProgressOptions['onProgress'];
  /** False: it waits for the frame. */
  sent: boolean;
  resolve: (value: never) => void;
  reject: (error: TimbreError) => void;
  /** The end of its time-outs and of listening to its signal. */
  forget: () => void;
}

/** The calls that were made and not answered yet, by id. One that is made while there is no frame waits for it. */
export class CallRegistry {
  private readonly pending = new Map<number, Pending>();
  private port: MessagePort | null = null;
  private lastId = 0;

  /** @param connectMs how long a call waits for the frame. */
  constructor(
    private readonly patience: Patience,
    private readonly connectMs: number
  ) {}

  start<M extends keyof Calls>(
    method: M,
    args: Calls[M]['args'],
    { signal, timeoutMs, onProgress }: ProgressOptions = {}
  ): Promise<Calls[M]['result']> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(cancelled());
      const id = ++this.lastId;
      const abort = () => this.giveUp(id, cancelled());
      const unconnect = this.patience.after(this.connectMs, () => {
        if (!this.pending.get(id)?.sent) this.giveUp(id, late('the frame was not there', this.connectMs));
      });
      const untime = this.patience.after(timeoutMs, () => {
        this.giveUp(id, late(`${method} was not answered`, timeoutMs));
      });
      signal?.addEventListener('abort', abort);
      const forget = () => {
        unconnect();
        untime();
        signal?.removeEventListener('abort', abort);
      };
      const message = { type: 'call', id, method, args: withBlob(args) } as CallMessage;
      this.pending.set(id, { message, onProgress, sent: false, resolve, reject, forget });
      if (this.port) this.send(id, this.port);
    });
  }

  /** The frame is there: what waits for it is sent. */
  connect(port: MessagePort): void {
    this.port = port;
    for (const [id, { sent }] of this.pending) if (!sent) this.send(id, port);
  }

  /** What the frame had to answer fails; what was not sent goes on waiting. */
  disconnect(error: TimbreError): void {
    this.port = null;
    for (const [id, { sent }] of this.pending) if (sent) this.take(id)?.reject(error);
  }

  failAll(error: TimbreError): void {
    this.port = null;
    for (const id of this.pending.keys()) this.take(id)?.reject(error);
  }

  /** @param message of calls that are over, or were never made: ignored. */
  receive(message: FromFrame): void {
    if (message.type === 'progress') this.pending.get(message.id)?.onProgress?.(message.progress);
    else if (message.type === 'result') this.take(message.id)?.resolve(message.value as never);
    else if (message.type === 'error') this.take(message.id)?.reject(receivedError(message.error));
  }

  private send(id: number, port: MessagePort): void {
    const call = this.pending.get(id);
    if (!call) return;
    try {
      port.postMessage(call.message);
      call.sent = true;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const message = `${call.message.method} can’t be sent: ${why}`;
      this.take(id)?.reject(new TimbreError('input/invalid', message));
    }
  }

  private giveUp(id: number, error: TimbreError): void {
    const call = this.take(id);
    if (call?.sent) this.port?.postMessage({ type: 'cancel', id } satisfies FromHost);
    call?.reject(error);
  }

  private take(id: number): Pending | undefined {
    const call = this.pending.get(id);
    this.pending.delete(id);
    call?.forget();
    return call;
  }
}

/**
 * A Blob goes by reference. A buffer becomes one here, which is its only copy: the frame is another process, so that
 * even one that is transferred is copied on the way, and once more for the Blob that the frame works on.
 */
function withBlob<A extends object>(args: A): A {
  return 'audio' in args && args.audio instanceof ArrayBuffer
    ? { ...args, audio: new Blob([args.audio]) }
    : args;
}

function cancelled(): TimbreError {
  return new TimbreError('job/cancelled', 'the call was cancelled by its signal');
}

function late(what: string, ms: number | undefined): TimbreError {
  return new TimbreError('embed/timeout', `${what} within ${ms} ms`);
}
