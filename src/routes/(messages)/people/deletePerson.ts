import type { App } from '$lib/app';
import type { Person } from '$lib/messages';
import { m, toasts } from '$lib/ui';
import { attempt } from '../card/attempt';

/** After the time to undo, for what is done in its last moment. */
const GRACE_MS = 2000;

/** Deletes a person, says what stays, and offers to take it back. @returns whether it was done. */
export function deletePerson(app: App, { id, name }: Pick<Person, 'id' | 'name'>): Promise<boolean> {
  return attempt(async () => {
    const undo = await app.people.remove(id);
    const { undoMs } = await app.storage.settings.get();
    toasts.show({
      text: m.person_deleted({ name }),
      durationMs: undoMs,
      action: { label: m.undo(), run: () => void attempt(undo) }
    });
    setTimeout(() => void attempt(() => app.messages.purge()), undoMs + GRACE_MS);
  });
}
