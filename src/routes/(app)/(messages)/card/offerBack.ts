import type { App } from '$lib/app';
import * as m from '$lib/paraglide/messages.js';
import { toasts } from '$lib/ui';
import { attempt } from './attempt';

/** After the time to undo, for what is done in its last moment. */
const GRACE_MS = 2000;

/** Says what was taken away, and offers to have it back. @returns for how long, in milliseconds. */
export async function offerBack(app: App, text: string, undo: () => Promise<unknown>): Promise<number> {
  const { undoMs } = await app.storage.settings.get();
  toasts.show({
    text,
    durationMs: undoMs,
    action: { label: m.undo(), run: () => void attempt(undo) }
  });
  return undoMs;
}

/** The same for what goes for good with the next purge: that comes when the time is over. */
export async function offerBackThenPurge(
  app: App,
  text: string,
  undo: () => Promise<unknown>
): Promise<void> {
  purgeAfter(app, await offerBack(app, text, undo));
}

/** What was taken away goes for good when its time is over. */
export function purgeAfter(app: App, undoMs: number): void {
  setTimeout(() => void attempt(() => app.messages.purge()), undoMs + GRACE_MS);
}
