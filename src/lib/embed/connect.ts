import type { EmbedDeps } from './deps';
import { Session } from './session';
import type { EmbedSession } from './types';

/** The frame inside a host. The browser says who the host is; what the host says of itself counts for nothing. */
export function frameSession(deps: EmbedDeps): EmbedSession {
  return new Session(deps, { readyTo: '*', hostOf: ({ origin }) => origin, relays: true });
}

/** The person's own window, opened from such a frame: a page of the app's own, which says for whom it asks. */
export function windowSession(deps: EmbedDeps): EmbedSession {
  const { origin } = deps.page;
  return new Session(deps, {
    readyTo: origin,
    hostOf: (event, { host }) => (event.origin === origin ? (host ?? null) : null),
    relays: false
  });
}
