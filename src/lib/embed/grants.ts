import type { HostGrant, Storage } from '$lib/storage';
import type { Capability, HostGrants } from './types';

/**
 * What was decided about hosts for longer than a visit, the one last used first.
 * @param forget deletes what is stored for a host.
 */
export function grantsOver(
  storage: Pick<Storage, 'store'>,
  forget: (host: string) => Promise<void>
): HostGrants {
  return {
    all: storage.store.live(async (reader) =>
      (await reader.all('hosts')).sort((a, b) => b.lastUsedAt - a.lastUsedAt)
    ),
    async revoke(host, capabilities) {
      // The frames hear of it by the row; only then what they work on is taken away.
      await takeBack(storage, host, capabilities);
      if (!capabilities) await forget(host);
    }
  };
}

/** Adds to what the host may do always; nothing at all where it may do nothing yet: refused for good. */
export async function remember(
  { store }: Pick<Storage, 'store'>,
  host: string,
  capabilities: readonly Capability[],
  at: number
): Promise<HostGrant> {
  return store.write(['hosts'], async (unit) => {
    const before = await unit.get('hosts', host);
    const grant: HostGrant = {
      id: host,
      capabilities: [...new Set([...(before?.capabilities ?? []), ...capabilities])],
      grantedAt: before?.grantedAt ?? at,
      lastUsedAt: at
    };
    await unit.put('hosts', grant);
    return grant;
  });
}

/** All of it where none is named. With the last of it the row goes. */
export async function takeBack(
  { store }: Pick<Storage, 'store'>,
  host: string,
  capabilities?: readonly Capability[]
): Promise<void> {
  await store.write(['hosts'], async (unit) => {
    const grant = await unit.get('hosts', host);
    if (!grant) return;
    const left = capabilities ? grant.capabilities.filter((each) => !capabilities.includes(each)) : [];
    if (left.length > 0) await unit.put('hosts', { ...grant, capabilities: left });
    else await unit.remove('hosts', host);
  });
}

/** Nothing where there is no such row. */
export async function markUsed(
  { store }: Pick<Storage, 'store'>,
  host: string,
  lastUsedAt: number
): Promise<void> {
  await store.write(['hosts'], async (unit) => {
    const grant = await unit.get('hosts', host);
    if (grant) await unit.put('hosts', { ...grant, lastUsedAt });
  });
}
