import { TimbreError } from './errors';

export interface Address {
  /** Of the page for frames. */
  href: string;
  /** Whose messages count. */
  origin: string;
}

/** Where the app serves this script, and by that itself. */
const SCRIPT = /\/embed\/timbre\.js$/;

/**
 * @param src where the app is, relative to `page`; undefined: where `script` came from.
 * @throws TimbreError 'input/invalid'.
 */
export function addressOf(src: string | URL | undefined, script: string, page: string): Address {
  const app = urlOf(src ?? appOf(script), page);
  if (!/^https?:$/.test(app.protocol)) throw invalid(`src must be a web address, not ${app.href}`);
  const { href, origin } = new URL(`${app.pathname.replace(/\/+$/, '')}/embed`, app.origin);
  return { href, origin };
}

function appOf(script: string): string {
  const { origin, pathname } = urlOf(script, script);
  if (!SCRIPT.test(pathname))
    throw invalid('src is needed: this script did not come from Timbre’s own address');
  return origin + pathname.replace(SCRIPT, '/');
}

function urlOf(address: string | URL, base: string): URL {
  try {
    return new URL(address, base);
  } catch {
    throw invalid(`src is no address: ${String(address)}`);
  }
}

function invalid(message: string): TimbreError {
  return new TimbreError('input/invalid', message);
}
