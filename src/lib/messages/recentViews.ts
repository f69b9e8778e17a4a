import type { Live } from '$lib/storage';
import { derived, writable, type Readable } from 'svelte/store';
import type { MessageView } from './messages';

/** The newest messages of a conversation, and the way to more. */
export interface RecentViews extends Live<MessageView[]> {
  /** Whether there are older ones that are not among them. */
  readonly hasEarlier: Readable<boolean>;
  /** Takes in as many again as there were at first. */
  showEarlier(): void;
  /** Takes in all down to this one, where there is one. */
  showUpTo(id: string): void;
}

/**
 * The newest messages, newest first, each followed by itself: where one changes, that one is read anew and is another
 * object, and the others stay as they are, so that a page redraws one card and not all.
 * @param ids all of the conversation, newest first. @param viewOf null: deleted. @param most at first.
 */
export function recentViews(
  ids: Live<string[]>,
  viewOf: (id: string) => Live<MessageView | null>,
  most: number
): RecentViews {
  const limit = writable(most);
  const oldest = writable<string | null>(null);
  // What somebody reads is not taken away when new ones come.
  let last: string | undefined;
  const span = derived([ids, limit, oldest], ([all, limit, oldest]) => {
    if (!all) return undefined;
    const downTo = (id: string | null | undefined) => all.findIndex((each) => each === id) + 1;
    const wanted = all.slice(0, Math.max(limit, downTo(oldest), downTo(last)));
    last = wanted.at(-1);
    return { wanted, hasEarlier: wanted.length < all.length };
  });

  return {
    hasEarlier: derived(span, (now) => now?.hasEarlier ?? false),
    showEarlier: () => limit.update((limit) => limit + most),
    showUpTo: (id) => oldest.set(id),
    subscribe(run) {
      const held = new Map<string, Held>();
      const drop = (id: string) => {
        held.get(id)?.stop();
        held.delete(id);
      };
      let adding = true;
      const tell = () => {
        const views = [...held.values()].map(({ view }) => view);
        if (!adding && views.every((view) => view !== undefined)) run(inOrder(views));
      };
      run(undefined);
      const stop = span.subscribe((now) => {
        if (!now) return;
        const wanted = new Set(now.wanted);
        adding = true;
        for (const id of held.keys()) if (!wanted.has(id)) drop(id);
        for (const id of wanted) if (!held.has(id)) follow(id);
        adding = false;
        tell();
      });
      function follow(id: string) {
        const entry: Held = { view: undefined, stop: () => {} };
        held.set(id, entry);
        entry.stop = viewOf(id).subscribe((view) => {
          if (view === undefined) return;
          entry.view = view;
          tell();
        });
      }
      return () => {
        stop();
        for (const id of held.keys()) drop(id);
      };
    }
  };
}

interface Held {
  /** Undefined: not read yet. */
  view: MessageView | null | undefined;
  stop: () => void;
}

function inOrder(views: readonly (MessageView | null)[]): MessageView[] {
  return views.filter((view) => view !== null).sort((a, b) => b.message.createdAt - a.message.createdAt);
}
