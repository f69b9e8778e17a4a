/** The frame's side over real tables, real message channels and fake windows; engines that can be held. */
import type { App, Space, SpaceOptions } from '$lib/app';
import { createMessageStore } from '$lib/messages';
import { openTab, type Tab } from '$lib/pipeline/harness.testing';
import { openTestStorage, type TestStorage } from '$lib/storage/index.testing';
import { createVoice, type Voice } from '$lib/voice';
import { openStudio } from '$lib/voice/samples/harness.testing';
import { readable } from 'svelte/store';
import type { Calls, Capability, FrameOptions, FromFrame, FromHost } from '$sdk/protocol';
import { frameSession, windowSession } from './connect';
import type { EmbedDeps, EmbedPage, WindowMessage } from './deps';
import type { EmbedSession, EmbedState } from './types';

export const TIMBRE = 'https://timbre.example';
export const HOST = 'https://harbourvets.example';

/** One storage partition: what frames of this site and first-party pages share. */
export interface Partition {
  main: TestStorage;
  app: App;
  voice: Voice;
  /** By host, and by how often its tables were deleted. */
  spaces: Map<string, Tab>;
  tabOf(host: string): Promise<Tab>;
  deleted: string[];
  /** What the engines are asked outside a message. */
  engines: Tab;
}

async function voiceIn(storage: TestStorage): Promise<Voice> {
  const studio = await openStudio(storage);
  const quick = {
    name: 'quick',
    available: () => Promise.resolve(true),
    enrol: ({ clips }: { clips: readonly unknown[] }) => Promise.resolve({ clips: clips.length })
  };
  return createVoice({
    ...studio.deps,
    resample: (samples) => samples,
    enrollers: [quick],
    quickEnrollers: [quick],
    clock: { ...studio.deps.clock, monotonic: () => 0 }
  });
}

function messageStore(storage: TestStorage) {
  let ids = 0;
  return createMessageStore({ storage, now: () => 2_000_000, newId: () => `store-${++ids}` });
}

export async function openPartition(): Promise<Partition> {
  const main = await openTestStorage();
  const engines = await openTab(main);
  const voice = await voiceIn(main);
  const spaces = new Map<string, Tab>();
  const app: App = {
    ...messageStore(main),
    storage: main,
    progress: readable(new Map()),
    devices: readable(new Map()),
    engines: () => Promise.resolve(engines.deps.engines as Awaited<ReturnType<App['engines']>>),
    pipeline: () => Promise.resolve(engines.pipeline),
    voice: () => Promise.resolve(voice),
    resumeStudio: () => Promise.resolve()
  };
  return {
    main,
    app,
    voice,
    spaces,
    engines,
    deleted: [],
    async tabOf(host) {
      const tab = spaces.get(host) ?? (await openTab(await openTestStorage()));
      spaces.set(host, tab);
      return tab;
    }
  };
}

async function openSpace(here: Partition, host: string, { mayUseVoice }: SpaceOptions): Promise<Space> {
  const tab = await here.tabOf(host);
  const own = await voiceIn(tab.storage);
  let ids = 0;
  return {
    ...here.app,
    ...messageStore(tab.storage),
    storage: { ...tab.storage, settings: here.main.settings },
    pipeline: () => Promise.resolve(tab.pipeline),
    voice: () => Promise.resolve(mayUseVoice() ? here.voice : own),
    callId: () => `call:page:${++ids}`,
    close: () => {}
  };
}

/** A page of Timbre's and whoever it talks with. */
export interface FakePage extends EmbedPage {
  /** What the page said to the other window. */
  said: { data: unknown; to: string }[];
  receive(event: WindowMessage): void;
  /** Timers, by hand. */
  tick(): void;
  leave(): void;
  /** What `openWindow` gives; null: blocked. */
  popUp: ReturnType<EmbedPage['openWindow']>;
}

export function fakePage(hasOther = true): FakePage & { every: EmbedDeps['every'] } {
  const said: FakePage['said'] = [];
  const listeners = new Set<(event: WindowMessage) => void>();
  const leaving = new Set<() => void>();
  const timers = new Set<() => void>();
  const add = <T>(all: Set<T>, one: T) => {
    all.add(one);
    return () => void all.delete(one);
  };
  const other = {
    closed: false,
    postMessage: (data: unknown, to: unknown) => void said.push({ data, to: String(to) })
  };
  const page: FakePage & { every: EmbedDeps['every'] } = {
    origin: TIMBRE,
    other: hasOther ? (other as EmbedPage['other']) : null,
    onMessage: (listener) => add(listeners, listener),
    onLeave: (listener) => add(leaving, listener),
    openWindow: () => page.popUp,
    said,
    popUp: null,
    receive: (event) => listeners.forEach((listener) => listener(event)),
    tick: () => timers.forEach((run) => run()),
    leave: () => leaving.forEach((run) => run()),
    every: (_, run) => add(timers, run)
  };
  return page;
}

export function depsOf(here: Partition, page: FakePage & { every: EmbedDeps['every'] }): EmbedDeps {
  let time = 5_000_000;
  return {
    page,
    hosts: [],
    openApp: () => Promise.resolve(here.app),
    openSpace: (host, options) => openSpace(here, host, options),
    deleteSpace(host) {
      here.deleted.push(host);
      here.spaces.delete(host);
      return Promise.resolve();
    },
    sound: here.engines.deps,
    now: () => ++time,
    every: page.every
  };
}

/** The SDK's end of a talk. */
export class FakeHost {
  readonly messages: FromFrame[] = [];
  private readonly waiting = new Map<number, PromiseWithResolvers<unknown>>();
  private ids = 0;

  constructor(readonly port: MessagePort) {
    port.onmessage = ({ data }: MessageEvent<FromFrame>) => {
      this.messages.push(data);
      if (data.type === 'result') this.waiting.get(data.id)?.resolve(data.value);
      if (data.type === 'error') this.waiting.get(data.id)?.reject(data.error);
    };
  }

  say(message: FromHost): void {
    this.port.postMessage(message);
  }

  call<M extends keyof Calls>(
    method: M,
    args: Calls[M]['args']
  ): Promise<Calls[M]['result']> & { id: number } {
    return this.sayCall<Calls[M]['result']>(method, args);
  }

  /** Whatever it is. */
  sayCall<R>(method: string, args: unknown): Promise<R> & { id: number } {
    const id = ++this.ids;
    const { promise, resolve, reject } = deferred();
    this.waiting.set(id, { promise, resolve, reject });
    // A rejection that a test looks at later is no surprise.
    promise.catch(() => undefined);
    this.port.postMessage({ type: 'call', id, method, args });
    return Object.assign(promise as Promise<R>, { id });
  }

  events<E extends string>(name: E): unknown[] {
    return this.messages.flatMap((each) =>
      each.type === 'event' && each.name === name ? [each.detail] : []
    );
  }

  progressOf(call: { id: number }) {
    return this.messages.flatMap((each) =>
      each.type === 'progress' && each.id === call.id ? [each.progress] : []
    );
  }
}

function deferred(): PromiseWithResolvers<unknown> {
  let [resolve, reject]: [(value: unknown) => void, (reason: unknown) => void] = [() => {}, () => {}];
  const promise = new Promise<unknown>((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}
interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

export interface Frame {
  here: Partition;
  page: FakePage;
  session: EmbedSession;
  host: FakeHost;
  state(): EmbedState;
  /** The next state that fits. */
  until(fits: (state: EmbedState) => boolean): Promise<EmbedState>;
  /** The person allows, once or always. */
  allow(capabilities: readonly Capability[], remember?: boolean): Promise<void>;
}

/** Hands are shaken with one host. */
export async function openFrame(
  given: { here?: Partition; origin?: string; options?: FrameOptions; deps?: Partial<EmbedDeps> } = {}
): Promise<Frame> {
  const here = given.here ?? (await openPartition());
  const page = fakePage();
  const session = frameSession({ ...depsOf(here, page), ...given.deps });
  const host = hello(page, given.origin ?? HOST, given.options);
  const frame = framed(here, page, session, host);
  await welcomed(host);
  return frame;
}

export function framed(here: Partition, page: FakePage, session: EmbedSession, host: FakeHost): Frame {
  const now = { state: undefined as EmbedState | undefined };
  session.state.subscribe((state) => (now.state = state));
  const until = (fits: (state: EmbedState) => boolean) =>
    new Promise<EmbedState>((resolve) => {
      const end = { stop: () => {}, over: false };
      end.stop = session.state.subscribe((state) => {
        if (end.over || !fits(state)) return;
        end.over = true;
        queueMicrotask(() => end.stop());
        resolve(state);
      });
    });
  return {
    here,
    page,
    session,
    host,
    until,
    state() {
      if (!now.state) throw new Error('no state');
      return now.state;
    },
    async allow(capabilities, remember = false) {
      session.ask(capabilities);
      await session.answer({ allow: capabilities, remember });
    }
  };
}

/** The SDK answers `ready`. */
export function hello(
  page: FakePage,
  origin: string,
  options: FrameOptions = {},
  more: { versions?: unknown; source?: unknown; host?: string } = {}
): FakeHost {
  const { port1, port2 } = new MessageChannel();
  const { source = page.other, versions = { oldest: 1, newest: 1 }, ...rest } = more;
  page.receive({
    data: { timbre: 'hello', versions, options, ...rest },
    origin,
    source: source as MessageEventSource,
    ports: [port2]
  });
  return new FakeHost(port1);
}

export async function welcomed(host: FakeHost): Promise<void> {
  while (!host.messages.some(({ type }) => type === 'welcome'))
    await new Promise((later) => setTimeout(later));
}

/** The person's own window, in a partition of its own, opened from the frame. */
export async function openPersonsWindow(frame: Frame, here: Partition): Promise<Frame & { close(): void }> {
  const page = fakePage();
  const session = windowSession(depsOf(here, page));
  const popUp = {
    closed: false,
    focus: () => {},
    // What the frame says to its window: the handshake, with the port.
    postMessage(data: unknown, origin: unknown, ports: unknown) {
      if (origin !== TIMBRE) return;
      page.receive({
        data,
        origin: TIMBRE,
        source: page.other as MessageEventSource,
        ports: ports as MessagePort[]
      });
    }
  };
  frame.page.popUp = popUp as unknown as FakePage['popUp'];
  if (!frame.session.openWindow()) throw new Error('blocked');
  const ready = page.said[0];
  frame.page.receive({
    data: ready?.data,
    origin: TIMBRE,
    source: popUp as unknown as MessageEventSource,
    ports: []
  });
  const opened = framed(here, page, session, frame.host);
  await frame.until(({ place }) => place === 'window');
  return {
    ...opened,
    close() {
      popUp.closed = true;
      frame.page.tick();
    }
  };
}
