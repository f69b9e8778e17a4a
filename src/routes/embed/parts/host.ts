import * as m from '$lib/paraglide/messages.js';

/**
 * What a host is called: its name, as the browser writes it (another alphabet as `xn--…`, so that no letter passes
 * for one that it only looks like), with the scheme where that isn't the safe one.
 * @param origin null: there is none yet.
 */
export function hostName(origin: string | null): string {
  if (origin === null || !URL.canParse(origin)) return m.embed_this_site();
  const { protocol, host } = new URL(origin);
  return protocol === 'https:' ? host : `${protocol}//${host}`;
}

/**
 * Whether the browser keeps a frame in this host apart from the app itself, as all of them do across sites. Where a site
 * ends can't be asked for: only what lies on the app's own host, or above or below it, is taken for the same one.
 * @param own the app's origin.
 */
export function isApart(origin: string | null, own: string): boolean {
  if (origin === null || !URL.canParse(origin)) return true;
  const [host, app] = [new URL(origin), new URL(own)];
  if (host.protocol !== app.protocol) return true;
  const [a, b] = [host.hostname, app.hostname];
  return !(a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`));
}
