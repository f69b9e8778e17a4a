import type { App } from '$lib/app';
import type { HostGrant, Live } from '$lib/storage';
import type { ErrorCode } from '$workers/contract';
import type { Capability, FrameOptions } from '$sdk/protocol';
import type { Readable } from 'svelte/store';

export type { HostGrant } from '$lib/storage';
export type { Capability, FrameOptions } from '$sdk/protocol';

/** What the frame's page draws. */
export interface EmbedState {
  /**
   * `waiting`: no host has answered yet. `alone`: there is none, the page was opened by itself.
   * `refused`: no talk with this host; `error` says why. `connected`: calls are taken.
   */
  phase: 'waiting' | 'alone' | 'refused' | 'connected';
  /** The host's origin, from the browser itself, e.g. `https://harbourvets.example`; null while there is none. */
  host: string | null;
  error: ErrorCode | null;
  /** In the person's own window: those of the frame that opened it. */
  options: FrameOptions;
  /** Not null: the person is to be asked for these, on the sheet. */
  asked: readonly Capability[] | null;
  /** What the host may do now. */
  granted: readonly Capability[];
  /** Whether that outlives this visit. */
  remembered: boolean;
  /** The host's calls that run now. */
  running: number;
  /** Where calls are answered: here, or in the person's own window of Timbre. */
  place: 'frame' | 'window';
}

export interface Answer {
  /** Empty: none. */
  allow: readonly Capability[];
  /** Also next time. */
  remember: boolean;
}

/** One side of the talk with a host, as the page sees it. */
export interface EmbedSession {
  readonly state: Readable<EmbedState>;
  /** The person's answer to `state.asked`. */
  answer(answer: Answer): Promise<void>;
  /** The person asks for the sheet themselves, e.g. before the host's first call. */
  ask(capabilities: readonly Capability[]): void;
  /** Takes back what this host may do, or some of it, at once and for later; its running calls that need it fail. */
  revoke(capabilities?: readonly Capability[]): Promise<void>;
  /** The app as this host has it: messages of its own, the person's voice only where it is allowed. Errors: `embed/not-allowed`, `storage/…`. */
  app(): Promise<App>;
  /** Gives a finished message to the host (event `message`); from the person's own window through the frame. Errors: `embed/not-allowed`, `storage/not-found`. */
  send(messageId: string): Promise<void>;
  /** What the page would like of the host's layout. */
  setLayout(layout: { heightPx: number; sheet: boolean }): void;
  /** Opens the person's own window of Timbre, where their voice and models are; call it from a click. @returns false: the browser blocked it. */
  openWindow(): boolean;
  /** Nothing of it runs on. */
  end(): void;
}

/** For the settings page: hosts that were allowed always. */
export interface HostGrants {
  readonly all: Live<HostGrant[]>;
  /** At once, in every tab: its frames hear of it. Without `capabilities`: all, and what is stored for the host goes, too. */
  revoke(host: string, capabilities?: readonly Capability[]): Promise<void>;
}
