/**
 * A take that a page has in hand (it is being recorded, played back, sent) holds a Web Lock of this name, so
 * that another tab, or the same after a reload, doesn't take it for one that was left behind. Browsers drop the
 * lock with the page. Several may ask for the same one: the next has it when the first lets go.
 */
const PREFIX = 'timbre-take:';

/** @returns how to let go. */
export function holdTakeLock(locks: LockManager | undefined, takeId: string): () => void {
  if (!locks) return () => {};
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  // Where locks are refused (an opaque origin), a take may be offered too early; nothing is lost.
  locks.request(PREFIX + takeId, () => held).catch(() => {});
  return letGo;
}

/** Ids of the takes that some tab has in hand now. */
export async function lockedTakes(locks: LockManager | undefined): Promise<Set<string>> {
  const snapshot = await locks?.query().catch(() => null);
  const names = (snapshot?.held ?? []).map((lock) => lock.name ?? '');
  return new Set(names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length)));
}
