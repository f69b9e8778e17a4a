import { get, writable, type Readable } from 'svelte/store';
import type { Space } from '$lib/app';
import type { FromFrame } from '$sdk/protocol';
import type { EmbedDeps, WindowMessage } from './deps';
import { shakeHands, type HelloFrom, type Shaken } from './handshake';
import { notAllowed, Permissions } from './permissions';
import { Relay } from './relay';
import { Talk } from './talk';
import { FollowedTrainings } from './trainings';
import type { Answer, Capability, EmbedSession, EmbedState } from './types';

/** Where a session is: in a frame inside a host, or in the person's own window. */
export interface Side {
  /** To whom `ready` may be said. */
  readyTo: string;
  /** The host, by this answer to it; null: it isn't for us. */
  hostOf(event: WindowMessage, hello: HelloFrom): string | null;
  /** Whether the person's own window is opened from here. */
  relays: boolean;
}

const NOTHING: EmbedState = {
  phase: 'waiting',
  host: null,
  error: null,
  options: {},
  asked: null,
  granted: [],
  remembered: false,
  running: 0,
  place: 'frame'
};

/** What one host has here, for as long as the page lives. */
interface Guest {
  host: string;
  permissions: Permissions;
  relay: Relay | null;
  /** Its app, opened when it is first needed. */
  space: Promise<Space> | null;
  end(): void;
}

/** One side of the talk with a host: hands shaken, permissions kept, calls answered here or in the person's window. */
export class Session implements EmbedSession {
  private readonly now = writable<EmbedState>(NOTHING);
  readonly state: Readable<EmbedState> = { subscribe: this.now.subscribe };
  private guest: Guest | null = null;
  private talk: Talk | null = null;
  private welcomed = false;
  private readonly trainings = new FollowedTrainings((detail) =>
    this.tell({ type: 'event', name: 'training', detail })
  );
  private options: EmbedState['options'] = {};
  private layout: { heightPx: number; sheet: boolean } | null = null;
  private running = { here: 0, there: 0 };
  private grantedThere: readonly Capability[] = [];
  private told = '';
  private readonly endings: (() => void)[];

  constructor(
    private readonly deps: EmbedDeps,
    private readonly side: Side
  ) {
    if (!deps.page.other) this.update({ phase: 'alone' });
    this.endings = [
      shakeHands(deps, {
        to: side.readyTo,
        hostOf: (event, hello) => side.hostOf(event, hello),
        onShaken: (shaken) => this.begin(shaken),
        onRefused: ({ code }) => this.refuse(code)
      }),
      // The window would wait for a frame that is gone.
      deps.page.onLeave(() => this.guest?.relay?.close())
    ];
  }

  async answer(answer: Answer): Promise<void> {
    await this.guest?.permissions.answer(answer);
  }

  ask(capabilities: readonly Capability[]): void {
    this.guest?.permissions.ask(capabilities);
  }

  async revoke(capabilities?: readonly Capability[]): Promise<void> {
    const { guest } = this;
    if (!guest) return;
    guest.relay?.close(notAllowed(capabilities ?? this.grantedThere));
    await guest.permissions.revoke(capabilities);
    if (capabilities) return;
    await this.letGo(guest);
    await this.deps.deleteSpace(guest.host);
  }

  async app(): Promise<Space> {
    const { guest } = this;
    if (!guest?.permissions.has(['process'])) throw notAllowed(['process']);
    return this.spaceOf(guest);
  }

  async send(messageId: string): Promise<void> {
    const pipeline = await (await this.app()).pipeline();
    const detail = await pipeline.toResult(messageId);
    this.tell({ type: 'event', name: 'message', detail });
  }

  setLayout(layout: { heightPx: number; sheet: boolean }): void {
    this.layout = layout;
    this.tell({ type: 'event', name: 'layout', detail: layout });
  }

  openWindow(): boolean {
    return this.guest?.relay?.open() ?? false;
  }

  end(): void {
    this.endings.forEach((end) => end());
    this.hangUp();
    this.guest?.end();
    this.guest = null;
  }

  private begin({ host, port, version, options }: Shaken): void {
    this.hangUp();
    if (this.guest?.host !== host) {
      this.guest?.end();
      this.guest = null;
      this.guest = this.welcomeGuest(host);
    }
    const { permissions, relay } = this.guest;
    const talk = new Talk(port, {
      permissions,
      relay,
      context: {
        host,
        app: () => this.deps.openApp(),
        space: () => this.app(),
        sound: this.deps.sound,
        onTraining: (session, voice) => this.trainings.follow(session, voice)
      },
      onOptions: (changed) => this.setOptions(changed),
      onRunning: (here) => this.count({ here }),
      onBye: () => {
        relay?.close();
        this.hangUp();
        this.update({ phase: 'waiting', host: null });
      }
    });
    this.talk = talk;
    this.setOptions(options);
    this.update({ phase: 'connected', host, error: null });
    void permissions.ready.then(() => {
      if (this.talk !== talk) return;
      this.welcomed = true;
      this.told = this.granted().join();
      talk.say({ type: 'welcome', version, granted: this.granted() });
      if (relay?.isOpen) this.tell({ type: 'event', name: 'place', detail: { place: 'window' } });
      if (this.layout) this.tell({ type: 'event', name: 'layout', detail: this.layout });
    });
  }

  private welcomeGuest(host: string): Guest {
    const storage = async () => (await this.deps.openApp()).storage;
    const permissions = new Permissions(host, storage, this.deps, (lost) => {
      this.talk?.lose(lost);
      // With the last of it goes what was kept for the host: the tables may be deleted any moment.
      if (permissions.granted.length === 0) void this.letGo(guest);
    });
    const unfollow = permissions.state.subscribe(() => this.tellPermissions());
    const relay = this.side.relays ? this.relayFor(host) : null;
    const guest: Guest = {
      host,
      permissions,
      relay,
      space: null,
      end: () => {
        unfollow();
        permissions.end();
        relay?.end();
        void this.letGo(guest);
      }
    };
    return guest;
  }

  private relayFor(host: string): Relay {
    return new Relay(this.deps, {
      host,
      options: () => this.options,
      onMessage: (message) => this.tell(message),
      onRunning: (there) => this.count({ there }),
      onPlace: (place, granted) => {
        const { place: before } = get(this.state);
        this.grantedThere = granted;
        this.update({ place });
        if (place !== before) this.tell({ type: 'event', name: 'place', detail: { place } });
        this.tellPermissions();
      }
    });
  }

  private spaceOf(guest: Guest): Promise<Space> {
    guest.space ??= this.deps
      .openSpace(guest.host, { mayUseVoice: () => guest.permissions.has(['voice']) })
      .catch((error: unknown) => {
        guest.space = null;
        throw error;
      });
    return guest.space;
  }

  /** Waits for what ended calls still put away, then lets the host's tables go. */
  private async letGo(guest: Guest): Promise<void> {
    await this.talk?.idle();
    const { space } = guest;
    guest.space = null;
    // Whoever opened it in vain was told so.
    await space?.then(
      (opened) => opened.close(),
      () => undefined
    );
  }

  private hangUp(): void {
    this.trainings.end();
    this.talk?.end();
    this.talk = null;
    this.welcomed = false;
  }

  private refuse(error: EmbedState['error']): void {
    this.hangUp();
    this.guest?.end();
    this.guest = null;
    this.update({ ...NOTHING, phase: 'refused', error });
  }

  /** Nothing is said before the welcome. */
  private tell(message: FromFrame): void {
    if (this.welcomed) this.talk?.say(message);
  }

  private tellPermissions(): void {
    const { guest } = this;
    if (!guest) return;
    const granted = this.granted();
    const { asked, remembered } = get(guest.permissions.state);
    this.update({ asked, remembered, granted });
    const now = granted.join();
    if (now !== this.told) this.tell({ type: 'event', name: 'permission', detail: { granted } });
    this.told = now;
  }

  private place(): EmbedState['place'] {
    return this.guest?.relay?.isOpen ? 'window' : 'frame';
  }

  private granted(): readonly Capability[] {
    return this.place() === 'window' ? this.grantedThere : (this.guest?.permissions.granted ?? []);
  }

  private setOptions(options: EmbedState['options']): void {
    this.options = options;
    this.update({ options });
    this.guest?.relay?.tellOptions(options);
  }

  private count(change: Partial<{ here: number; there: number }>): void {
    this.running = { ...this.running, ...change };
    this.update({ running: this.running.here + this.running.there });
  }

  private update(change: Partial<EmbedState>): void {
    this.now.update((state) => ({ ...state, ...change }));
  }
}
