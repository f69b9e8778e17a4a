import * as m from '$lib/paraglide/messages.js';
import { toasts } from '$lib/ui';
import { untrack } from 'svelte';
import { attempt } from '../card/attempt';

/** What was done, and the two ways on from there. */
interface Undoable {
  text: string;
  durationMs: number;
  undo: () => Promise<unknown>;
  /** Does it for good. */
  end: () => Promise<unknown>;
}

/** Says what was done and offers the way back for as long as the notice is there; then it is done for good. */
export function offerUndo({ text, durationMs, undo, end }: Undoable): void {
  let undone = false;
  const run = () => {
    undone = true;
    void attempt(undo);
  };
  const id = toasts.show({ text, durationMs, action: { label: m.undo(), run } });
  whenGone(id, () => {
    if (!undone) void attempt(end);
  });
}

/** By a notice's time (which stands still while it is read), its button or its cross, on whichever page that is. */
function whenGone(toastId: number, run: () => void): void {
  const stop = $effect.root(() => {
    $effect(() => {
      if (toasts.list.some(({ id }) => id === toastId)) return;
      queueMicrotask(stop);
      untrack(run);
    });
  });
}
