import type { FrameWindow } from './frame';
import type { FrameOptions, Hello, Ready, VersionRange } from './protocol';

/** What of the host's window is used. */
export interface HostWindow {
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}

export interface HandshakeOptions {
  host: HostWindow;
  frame: { readonly window: FrameWindow | null };
  /** The app's. */
  origin: string;
  versions: VersionRange;
  options(): FrameOptions;
  /** Milliseconds, from anywhere. */
  now(): number;
  /** The frame was answered, and has the other end of this port. */
  onPort(port: MessagePort, theirs: VersionRange): void;
  /** What is in the frame came from elsewhere; it was told nothing. */
  onStranger(origin: string): void;
}

/** A frame says `ready` until it has read the answer: what it says so soon after that is the same one. */
const SAME_READY_MS = 1000;

/** Answers the frame's `ready`, each time that it is loaded. */
export class Handshake {
  private answeredAt = -Infinity;

  constructor(private readonly given: HandshakeOptions) {
    given.host.addEventListener('message', this.receive);
  }

  /** The port is closed: the next `ready` is a new one. */
  forget(): void {
    this.answeredAt = -Infinity;
  }

  stop(): void {
    this.given.host.removeEventListener('message', this.receive);
  }

  private readonly receive = ({ data, source, origin }: MessageEvent<unknown>) => {
    const { given } = this;
    const { window } = given.frame;
    if (!window || source !== window || !isReady(data)) return;
    if (origin !== given.origin) return given.onStranger(origin);
    if (given.now() - this.answeredAt < SAME_READY_MS) return;
    const { port1, port2 } = new MessageChannel();
    const hello: Hello = { timbre: 'hello', versions: given.versions, options: given.options() };
    window.postMessage(hello, origin, [port2]);
    given.onPort(port1, data.versions);
    // Last: taking the new port forgets the one before.
    this.answeredAt = given.now();
  };
}

function isReady(data: unknown): data is Ready {
  if (typeof data !== 'object' || data === null || !('timbre' in data) || !('versions' in data)) return false;
  const { timbre, versions } = data;
  if (timbre !== 'ready' || typeof versions !== 'object' || versions === null) return false;
  return (
    'oldest' in versions &&
    'newest' in versions &&
    typeof versions.oldest === 'number' &&
    typeof versions.newest === 'number'
  );
}
