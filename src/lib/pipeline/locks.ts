import type { Locks } from './types';

/** Locks within this tab only, where the browser has no others: two tabs may then do the same work twice. */
export function tabLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    hold(name, work) {
      const before = tails.get(name) ?? Promise.resolve();
      const mine = before.then(work, work);
      tails.set(name, mine);
      return mine;
    }
  };
}

/** The browser's locks: a tab that is closed or crashes gives its lock back. */
export function browserLocks(manager: LockManager | undefined = globalThis.navigator?.locks): Locks {
  if (!manager) return tabLocks();
  return {
    async hold<T>(name: string, work: () => Promise<T>): Promise<T> {
      // An array: the lock's own type unwraps what it is given more than once.
      const [result] = await manager.request(name, async () => [await work()] as const);
      return result;
    }
  };
}
