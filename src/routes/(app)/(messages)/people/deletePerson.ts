import type { App } from '$lib/app';
import type { Person } from '$lib/messages';
import * as m from '$lib/paraglide/messages.js';
import { attempt } from '../card/attempt';
import { offerBackThenPurge } from '../card/offerBack';

/** Deletes a person, says what stays, and offers to take it back. @returns whether it was done. */
export function deletePerson(app: App, { id, name }: Pick<Person, 'id' | 'name'>): Promise<boolean> {
  return attempt(async () => {
    const undo = await app.people.remove(id);
    await offerBackThenPurge(app, m.person_deleted({ name }), undo);
  });
}
