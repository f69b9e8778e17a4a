import { isAllowed } from './policy';

export type MirrorVerdict =
  | { ok: true; /** Ends in `/`. */ baseUrl: string }
  | { ok: false; why: 'not-a-url' | 'not-secure' | 'not-allowed' };

/**
 * Whether an address can be a mirror's: where the hub's layout begins. A path alone lies on the app's own host.
 * @param own the app's origin. @param sources of the page's policy.
 */
export function checkMirror(
  text: string,
  own: string,
  sources: readonly string[] | undefined
): MirrorVerdict {
  const trimmed = text.trim();
  const parsed =
    /^(https?:\/\/|\/)/i.test(trimmed) && URL.canParse(trimmed, own) ? new URL(trimmed, own) : undefined;
  if (
    !parsed ||
    parsed.username ||
    parsed.password ||
    parsed.search ||
    parsed.hash ||
    trimmed.startsWith('//')
  )
    return { ok: false, why: 'not-a-url' };
  // From a secure page the browser would refuse it; what lies on this machine is as secure as the machine.
  if (parsed.protocol === 'http:' && parsed.origin !== own && !isThisMachine(parsed.hostname))
    return { ok: false, why: 'not-secure' };
  if (!isAllowed(parsed, own, sources)) return { ok: false, why: 'not-allowed' };
  return { ok: true, baseUrl: `${parsed.origin}${parsed.pathname.replace(/\/*$/, '/')}` };
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
}
