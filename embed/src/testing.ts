/** For tests: a host's page and a frame with an app in it, which talk over real ports. */
import type { Frame, FrameWindow } from './frame';
import type { HostWindow } from './handshake';
import { PROTOCOL_VERSIONS } from './protocol';
import type { CallMessage, FrameEvents, FromFrame, FromHost, Hello, VersionRange } from './protocol';
import { Session, type SessionOptions } from './session';

export const APP = 'https://timbre.example';

/** Until everything that was posted has arrived. */
export async function arrived(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((done) => setImmediate(done));
}

/** The host's window: whoever has it can post to it. */
export class FakeHost implements HostWindow {
  private readonly listeners = new Set<(event: MessageEvent<unknown>) => void>();

  addEventListener(_type: 'message', listener: (event: MessageEvent<unknown>) => void): void {
    this.listeners.add(listener);
  }
  removeEventListener(_type: 'message', listener: (event: MessageEvent<unknown>) => void): void {
    this.listeners.delete(listener);
  }
  get listening(): number {
    return this.listeners.size;
  }
  /** @param source a window, or what stands for one here. */
  receive(data: unknown, origin: string, source: object): void {
    for (const listener of this.listeners) listener({ data, origin, source } as MessageEvent<unknown>);
  }
}

interface Greeting {
  hello: Hello;
  origin: string;
  port: MessagePort;
}

/** The frame's element, and what the app in it does. */
export class FakeFrame implements Frame {
  readonly greetings: Greeting[] = [];
  readonly heard: FromHost[] = [];
  readonly layouts: FrameEvents['layout'][] = [];
  readonly visible: boolean[] = [];
  removed = false;
  window: FrameWindow | null;

  constructor(private readonly host: FakeHost) {
    const postMessage = (hello: Hello, origin: string, [port]: MessagePort[]) => {
      if (!port) throw new Error('hello came without a port');
      this.greetings.push({ hello, origin, port });
      port.onmessage = ({ data }: MessageEvent<FromHost>) => this.heard.push(data);
    };
    this.window = { postMessage: postMessage as FrameWindow['postMessage'] };
  }

  setVisible(visible: boolean): void {
    this.visible.push(visible);
  }
  setLayout(layout: FrameEvents['layout']): void {
    this.layouts.push(layout);
  }
  remove(): void {
    this.removed = true;
    this.window = null;
  }

  /** The app was loaded. */
  ready(versions: VersionRange = PROTOCOL_VERSIONS, origin = APP): void {
    if (this.window) this.host.receive({ timbre: 'ready', versions }, origin, this.window);
  }
  say(message: FromFrame | { type: string }): void {
    this.port.postMessage(message);
  }
  event<E extends keyof FrameEvents>(name: E, detail: FrameEvents[E]): void {
    this.say({ type: 'event', name, detail } as FromFrame);
  }
  async welcome(version = 1): Promise<void> {
    this.ready();
    this.say({ type: 'welcome', version, granted: ['process'] });
    await arrived();
  }
  /** As it is when the page in it is left. */
  leave(): void {
    this.port.close();
  }

  get port(): MessagePort {
    const last = this.greetings.at(-1);
    if (!last) throw new Error('nobody said hello');
    return last.port;
  }
  get calls(): CallMessage[] {
    return this.heard.filter((message) => message.type === 'call');
  }
}

export interface FakePage {
  host: FakeHost;
  frame: FakeFrame;
  session: Session;
}

export function openPage(given: Partial<SessionOptions> = {}, host = new FakeHost()): FakePage {
  const frame = new FakeFrame(host);
  const session = new Session({
    host,
    frame,
    origin: APP,
    versions: PROTOCOL_VERSIONS,
    options: { locale: 'fr' },
    connectMs: 20_000,
    ...given
  });
  return { host, frame, session };
}
