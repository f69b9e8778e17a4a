/** Locks over all tabs, with a way to give up waiting. */
export interface Locks {
  /**
   * Runs `work` while nobody else holds the name.
   * @param signal gives up waiting. @param onWait once, when somebody else holds it.
   * @throws what `work` throws, or the signal's reason while waiting.
   */
  hold<T>(name: string, work: () => Promise<T>, signal?: AbortSignal, onWait?: () => void): Promise<T>;
}

/** Locks within this tab only, where the browser has no others: two tabs may then do the same work twice. */
export function tabLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async hold(name, work, signal, onWait) {
      const before = tails.get(name);
      const turn = (async () => {
        await before?.catch(() => undefined);
        signal?.throwIfAborted();
        return work();
      })();
      tails.set(name, turn);
      if (before) onWait?.();
      try {
        return await turn;
      } finally {
        if (tails.get(name) === turn) tails.delete(name);
      }
    }
  };
}

/** The browser's locks: a tab that is closed or crashes gives its lock back. */
export function browserLocks(manager: LockManager | undefined = globalThis.navigator?.locks): Locks {
  if (!manager) return tabLocks();
  return {
    async hold<T>(
      name: string,
      work: () => Promise<T>,
      signal?: AbortSignal,
      onWait?: () => void
    ): Promise<T> {
      // An array: the lock's own type unwraps what it is given more than once.
      const held = await manager.request(name, { ifAvailable: true }, async (lock) =>
        lock ? ([await work()] as const) : undefined
      );
      if (held) return held[0];
      onWait?.();
      const [result] = await manager.request(
        name,
        signal ? { signal } : {},
        async () => [await work()] as const
      );
      return result;
    }
  };
}
