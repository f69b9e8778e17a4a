import * as v from 'valibot';
import {
  PROTOCOL_VERSIONS,
  type Capability,
  type FrameOptions,
  type FromFrame,
  type FromHost,
  type Hello
} from '$sdk/protocol';
import { TimbreError } from '$workers/contract';
import type { EmbedDeps, OtherWindow } from './deps';

/** How often it is looked whether the window is still there: browsers tell nobody that one was closed. */
const LOOK_EVERY_MS = 500;

const readySchema = v.object({ timbre: v.literal('ready') });

export interface RelayOptions {
  host: string;
  options(): FrameOptions;
  /** To the host, as it comes. */
  onMessage(message: FromFrame): void;
  /** Calls are answered in the window from here on, or here again; what the host may do there. */
  onPlace(place: 'frame' | 'window', granted: readonly Capability[]): void;
  onRunning(running: number): void;
}

/**
 * The way to the person's own window of Timbre. While that is open, calls go there as they are and answers come back
 * as they are; the window asks the person itself. Calls that it takes with it fail with `embed/disconnected`.
 */
export class Relay {
  private window: ReturnType<EmbedDeps['page']['openWindow']> = null;
  private port: MessagePort | null = null;
  private readonly calls = new Set<number>();
  private unlook = () => {};
  private readonly unlisten: () => void;

  constructor(
    private readonly deps: Pick<EmbedDeps, 'page' | 'every'>,
    private readonly given: RelayOptions
  ) {
    this.unlisten = deps.page.onMessage(({ data, origin, source, ports }) => {
      const isOurs = this.window !== null && source === this.window && origin === deps.page.origin;
      if (isOurs && ports.length === 0 && v.is(readySchema, data)) this.greet(this.window);
    });
  }

  /** Whether calls are answered there. */
  get isOpen(): boolean {
    return this.port !== null;
  }

  /** @returns false: the browser blocked it. */
  open(): boolean {
    if (this.window && !this.window.closed) {
      this.window.focus();
      return true;
    }
    this.window = this.deps.page.openWindow();
    if (!this.window) return false;
    this.unlook();
    this.unlook = this.deps.every(LOOK_EVERY_MS, () => {
      if (this.window?.closed) this.close();
    });
    return true;
  }

  /** @returns false: it isn't for the window. */
  forward(id: number, message: { type?: unknown; args?: unknown }): boolean {
    if (this.calls.has(id)) {
      this.port?.postMessage(message);
      if (message.type === 'cancel') this.over(id);
      return true;
    }
    if (!this.port || message.type !== 'call') return false;
    this.calls.add(id);
    this.given.onRunning(this.calls.size);
    this.port.postMessage(message, buffersOf(message.args));
    return true;
  }

  tellOptions(options: FrameOptions): void {
    this.port?.postMessage({ type: 'options', options } satisfies FromHost);
  }

  /** Nothing goes there any more, and what it still runs for this host stops. */
  close(error?: TimbreError): void {
    this.window = null;
    this.unlook();
    this.disconnect(error);
  }

  end(): void {
    this.close();
    this.unlisten();
  }

  private disconnect(
    error = new TimbreError('embed/disconnected', 'the person’s window of Timbre was closed')
  ): void {
    if (!this.port) return;
    this.port.postMessage({ type: 'bye' } satisfies FromHost);
    this.port.close();
    this.port = null;
    const { code, message } = error;
    for (const id of this.calls) this.given.onMessage({ type: 'error', id, error: { code, message } });
    this.calls.clear();
    this.given.onRunning(0);
    this.given.onPlace('frame', []);
  }

  /** A window that says `ready` again was loaded anew: what it had to answer is lost. */
  private greet(window: OtherWindow | null): void {
    this.disconnect();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<FromFrame>) => this.receive(port1, data);
    // Newer browsers say when the other end is gone, e.g. when its page goes elsewhere.
    port1.addEventListener('close', () => {
      if (port1 === this.port) this.disconnect();
    });
    const hello = {
      timbre: 'hello',
      versions: PROTOCOL_VERSIONS,
      options: this.given.options(),
      host: this.given.host
    } satisfies Hello & { host: string };
    window?.postMessage(hello, this.deps.page.origin, [port2]);
  }

  private over(id: number): void {
    this.calls.delete(id);
    this.given.onRunning(this.calls.size);
  }

  private receive(port: MessagePort, message: FromFrame): void {
    if (message.type === 'welcome') {
      this.port = port;
      return this.given.onPlace('window', message.granted);
    }
    if (port !== this.port) return;
    if (message.type === 'event') {
      if (message.name === 'permission') this.given.onPlace('window', message.detail.granted);
      else if (message.name === 'training') this.given.onMessage(message);
    } else if ('id' in message && this.calls.has(message.id)) {
      if (message.type !== 'progress') this.over(message.id);
      this.given.onMessage(message);
    }
  }
}

/** Handed on and not copied. */
function buffersOf(args: unknown): ArrayBuffer[] {
  const audio = typeof args === 'object' && args !== null && 'audio' in args ? args.audio : null;
  return audio instanceof ArrayBuffer ? [audio] : [];
}
