import { TimbreError } from '$workers/contract';

/**
 * Why there can be no talk with this host; null: there can.
 * @param host what the browser says who it is: an origin, or `null` for one without (a sandbox, a file).
 * @param allowed origins, or `https://*.example` for everything below; empty: every host may ask the person.
 */
export function refusalOf(host: string, allowed: readonly string[]): TimbreError | null {
  if (!/^https?:\/\/[^/]+$/.test(host))
    return new TimbreError('embed/origin', `a page without an origin (${host}) can't be told from others`);
  if (allowed.length === 0 || allowed.some((pattern) => matches(host, pattern))) return null;
  return new TimbreError('embed/origin', `${host} is not among the hosts of this copy of Timbre`);
}

function matches(host: string, pattern: string): boolean {
  const [scheme, below] = pattern.split('*.');
  if (below === undefined) return host === pattern;
  return host.startsWith(scheme ?? '') && host.endsWith(`.${below}`);
}
