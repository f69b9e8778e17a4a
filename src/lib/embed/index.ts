/** The frame's side of the SDK: a host's calls, what the person allows it, and a space of its own for each host. */
import { deleteSpace } from '$lib/app';
import type { Storage } from '$lib/storage';
import { browserDeps } from './browser';
import { frameSession, windowSession } from './connect';
import type { EmbedDeps } from './deps';
import { grantsOver } from './grants';
import type { EmbedSession, HostGrants } from './types';

/** For `/embed`. */
export function connectFrame(
  deps: EmbedDeps = browserDeps(window.parent === window ? null : window.parent)
): EmbedSession {
  return frameSession(deps);
}

/** For `/embed/window`. */
export function connectWindow(deps: EmbedDeps = browserDeps(window.opener as Window | null)): EmbedSession {
  return windowSession(deps);
}

/** For the settings: hosts that were allowed always, or refused for good. */
export function hostGrants(storage: Pick<Storage, 'store'>): HostGrants {
  return grantsOver(storage, deleteSpace);
}

export type { EmbedDeps } from './deps';
export type * from './types';
