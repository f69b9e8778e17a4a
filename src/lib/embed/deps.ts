import type { App, Space, SpaceOptions } from '$lib/app';
import type { PipelineDeps } from '$lib/pipeline';

/** What comes to a window by `postMessage`. */
export type WindowMessage = Pick<MessageEvent<unknown>, 'data' | 'origin' | 'source' | 'ports'>;

/** What of another window is used. */
export type OtherWindow = Pick<Window, 'postMessage' | 'closed'>;

/** What of the page is used. */
export interface EmbedPage {
  /** The app's own. */
  origin: string;
  /** Whom the talk is with: a frame's parent, a pop-up's opener. Null: nobody. */
  other: OtherWindow | null;
  /** @returns the end of it. */
  onMessage(listener: (event: WindowMessage) => void): () => void;
  /** When the page goes. @returns the end of it. */
  onLeave(listener: () => void): () => void;
  /** Null: the browser blocked it, or keeps the two apart. */
  openWindow(): (OtherWindow & Pick<Window, 'focus'>) | null;
}

/** Sound in and out, where it is no message's. */
export type Sound = Pick<PipelineDeps, 'decode' | 'encode' | 'speechComment'>;

/** What the frame's side works with. All of it can be replaced in a test. */
export interface EmbedDeps {
  page: EmbedPage;
  /** Hosts that may ask the person at all, as origins or `https://*.example`; empty: every one. */
  hosts: readonly string[];
  openApp(): Promise<App>;
  openSpace(host: string, options: SpaceOptions): Promise<Space>;
  deleteSpace(host: string): Promise<void>;
  sound: Sound;
  /** Milliseconds since 1970. */
  now(): number;
  /** @returns the end of it. */
  every(ms: number, run: () => void): () => void;
}
