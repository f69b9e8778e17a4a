/** Which hosts this page may ask, read from its own security policy: what it says is what the browser enforces. */

/** Sources of `connect-src` other than the app itself; undefined where the page carries no policy (development). */
export function allowedSources(policy: string | undefined = pagePolicy()): string[] | undefined {
  if (policy === undefined) return undefined;
  const directive = policy
    .split(';')
    .map((part) => part.trim().split(/\s+/))
    .find(([name]) => name === 'connect-src');
  return directive?.slice(1).filter((source) => source.includes('://'));
}

function pagePolicy(): string | undefined {
  const meta = document.querySelector<HTMLMetaElement>('meta[http-equiv="content-security-policy" i]');
  return meta?.content;
}

/** Whether the policy lets the page ask this address. Paths play no part: a redirect may lead to another. */
export function isAllowed(url: URL, own: string, sources: readonly string[] | undefined): boolean {
  return sources === undefined || url.origin === own || sources.some((source) => fits(url, source));
}

function fits(url: URL, source: string): boolean {
  const [, scheme = '', host = '', port] = /^(https?):\/\/([^:/]+)(?::(\d+|\*))?/.exec(source) ?? [];
  const sameScheme = url.protocol === `${scheme}:` || (scheme === 'http' && url.protocol === 'https:');
  const sameHost = host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host;
  const samePort = port === '*' || url.port === (port ?? '');
  return sameScheme && sameHost && samePort;
}
