/**
 * Messages that are made for a web app's calls are deleted with the answer. A page that goes in the middle can't do
 * that: their ids say which page made them, and that page holds a Web Lock, which browsers drop with it.
 */
import { newId } from '$lib/ids';
import type { Messages } from '$lib/messages';
import type { Reader } from '$lib/storage';

const ID = 'call:';
const LOCK = 'timbre-calls:';

export interface CallMessages {
  /** For one more message. */
  newId(): string;
  /** Those of pages that are gone, deleted for good. @returns how many. */
  forgetLeft(reader: Reader, messages: Pick<Messages, 'forget'>): Promise<number>;
  end(): void;
}

/** @param locks undefined: the browser has none; then all but this page's own are taken for left behind. */
export function callMessages(locks: LockManager | undefined = globalThis.navigator?.locks): CallMessages {
  const page = newId();
  let letGo = () => {};
  const here = new Promise<void>((resolve) => (letGo = resolve));
  // Refused where the origin is opaque; there, nothing is stored either.
  locks
    ?.request(LOCK + page, () => here)
    .catch((error: unknown) => console.warn('Another page may take this one for gone.', error));
  return {
    newId: () => `${ID}${page}:${newId()}`,
    async forgetLeft(reader, messages) {
      const alive = await pagesOf(locks);
      const left = (await reader.ids('messages')).filter((id) => {
        const [, maker] = new RegExp(`^${ID}([^:]+):`).exec(id) ?? [];
        return maker !== undefined && maker !== page && !alive.has(maker);
      });
      for (const id of left) await messages.forget(id);
      return left.length;
    },
    end: letGo
  };
}

async function pagesOf(locks: LockManager | undefined): Promise<Set<string>> {
  const held = (await locks?.query())?.held ?? [];
  const names = held.map(({ name }) => name ?? '').filter((name) => name.startsWith(LOCK));
  return new Set(names.map((name) => name.slice(LOCK.length)));
}
