import { CallRegistry } from './calls';
import { Emitter } from './emitter';
import { receivedError, TimbreError } from './errors';
import type { Frame } from './frame';
import { Handshake, type HostWindow } from './handshake';
import { Patience } from './patience';
import type {
  Calls,
  Capability,
  FrameEvents,
  FrameOptions,
  FromFrame,
  FromHost,
  VersionRange
} from './protocol';
import type { ProgressOptions, TimbreEvents } from './types';
import { newestCommon } from './versions';

export interface SessionOptions {
  host: HostWindow;
  frame: Frame;
  /** The app's. */
  origin: string;
  versions: VersionRange;
  options: FrameOptions;
  /** How long the frame may take to answer. */
  connectMs: number;
}

/** What an older or newer app says besides is not for us. */
const EVENTS: { [E in keyof FrameEvents]: true } = {
  permission: true,
  message: true,
  layout: true,
  training: true,
  place: true
};

/** The talk with one frame, over as many loads of it as there are. */
export class Session {
  readonly events = new Emitter<TimbreEvents>();
  readonly patience = new Patience();
  granted: readonly Capability[] = [];
  place: 'frame' | 'window' = 'frame';

  private readonly calls: CallRegistry;
  private readonly handshake: Handshake;
  private options: FrameOptions;
  /** Of the frame as it is loaded now. */
  private port: MessagePort | null = null;
  private isConnected = false;
  /** Why there is no talk: until the frame is loaded anew, or for ever. */
  private refusal: TimbreError | null = null;
  private readonly life = new AbortController();

  constructor(private readonly given: SessionOptions) {
    this.options = given.options;
    this.calls = new CallRegistry(this.patience, given.connectMs);
    this.handshake = new Handshake({
      ...given,
      options: () => this.options,
      now: () => performance.now(),
      onPort: (port, theirs) => this.open(port, theirs),
      onStranger: (origin) => {
        if (!this.refusal) this.refuse(strange(origin, given.origin));
      }
    });
  }

  /** Resolves once the frame is there. Errors: `embed/timeout`, `embed/origin`, `embed/version`, `embed/destroyed`. */
  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      const { connectMs, origin } = this.given;
      const untime = this.patience.after(connectMs, () => {
        end();
        reject(new TimbreError('embed/timeout', `${origin} did not answer within ${connectMs} ms`));
      });
      const ends = [
        untime,
        this.events.on('connected', () => {
          end();
          resolve();
        }),
        this.events.on('disconnected', ({ error }) => {
          end();
          reject(error);
        })
      ];
      const end = () => ends.forEach((each) => each());
    });
  }

  call<M extends keyof Calls>(
    method: M,
    args: Calls[M]['args'],
    options?: ProgressOptions
  ): Promise<Calls[M]['result']> {
    if (this.refusal) return Promise.reject(this.refusal);
    if (!this.isInPage) {
      const gone = new TimbreError('embed/disconnected', 'the frame is no longer in the page');
      this.lose(gone);
      return Promise.reject(gone);
    }
    return this.calls.start(method, args, options);
  }

  /** Aborted by destroy(), with the error that says so. */
  get ended(): AbortSignal {
    return this.life.signal;
  }

  get isInPage(): boolean {
    return this.given.frame.window !== null;
  }

  setOptions(options: FrameOptions): void {
    if (this.ended.aborted) return;
    this.options = { ...this.options, ...options };
    this.given.frame.setVisible(this.options.visible ?? false);
    if (this.isConnected) this.say({ type: 'options', options: this.options });
  }

  destroy(): void {
    if (this.ended.aborted) return;
    const error = new TimbreError('embed/destroyed', 'destroy() was called');
    this.say({ type: 'bye' });
    this.events.clear();
    this.handshake.stop();
    this.refuse(error);
    this.life.abort(error);
    this.given.frame.remove();
  }

  private say(message: FromHost): void {
    this.port?.postMessage(message);
  }

  /** A frame that says `ready` was loaded anew: the one before, if there was one, is no more. */
  private open(port: MessagePort, theirs: VersionRange): void {
    this.lose(new TimbreError('embed/disconnected', 'the frame was loaded anew'));
    this.refusal = null;
    this.port = port;
    port.onmessage = ({ data }: MessageEvent<FromFrame>) => this.receive(data);
    // Some browsers tell when the other end is gone.
    port.addEventListener('close', () => {
      if (port === this.port) this.lose(new TimbreError('embed/disconnected', 'the frame went away'));
    });
    if (newestCommon(this.given.versions, theirs) === null)
      this.refuse(tooFarApart(this.given.versions, theirs));
  }

  private receive(message: FromFrame): void {
    if (typeof message !== 'object' || message === null) return;
    if (message.type === 'welcome') this.welcome(message);
    else if (message.type === 'refused') this.refuse(receivedError(message.error));
    else if (message.type === 'event') {
      if (Object.hasOwn(EVENTS, message.name)) this.hear(message);
    } else this.calls.receive(message);
  }

  private welcome({ version, granted }: { version: number; granted: readonly Capability[] }): void {
    const { versions } = this.given;
    if (version < versions.oldest || version > versions.newest)
      return this.refuse(tooFarApart(versions, { oldest: version, newest: version }));
    if (!this.port) return;
    this.isConnected = true;
    this.granted = granted;
    this.place = 'frame';
    this.calls.connect(this.port);
    this.events.emit('connected', { granted });
  }

  private hear(event: Extract<FromFrame, { type: 'event' }>): void {
    if (event.name === 'permission') this.granted = event.detail.granted;
    else if (event.name === 'place') this.place = event.detail.place;
    else if (event.name === 'layout') this.setLayout(event.detail);
    this.events.emit(event.name, event.detail);
  }

  private setLayout(layout: FrameEvents['layout']): void {
    this.patience.hold(layout.sheet);
    this.given.frame.setLayout(layout);
  }

  /** Running calls fail, and later ones, until the frame is loaded anew. */
  private refuse(error: TimbreError): void {
    this.refusal = error;
    this.calls.failAll(error);
    if (!this.lose(error)) this.events.emit('disconnected', { error });
  }

  /** Running calls fail; later ones wait. @returns false: there was no talk. */
  private lose(error: TimbreError): boolean {
    const had = this.isConnected;
    this.isConnected = false;
    this.granted = [];
    this.place = 'frame';
    this.port?.close();
    this.port = null;
    this.handshake.forget();
    this.setLayout({ heightPx: 0, sheet: false });
    this.calls.disconnect(error);
    if (had) this.events.emit('disconnected', { error });
    return had;
  }
}

function strange(theirs: string, ours: string): TimbreError {
  return new TimbreError(
    'embed/origin',
    `the frame came from ${theirs} and not from ${ours}: src must be where Timbre is in the end`
  );
}

function tooFarApart(ours: VersionRange, theirs: VersionRange): TimbreError {
  return new TimbreError(
    'embed/version',
    `this SDK speaks versions ${ours.oldest} to ${ours.newest}, Timbre ${theirs.oldest} to ${theirs.newest}`
  );
}
