import * as m from '$lib/paraglide/messages.js';
import { ME } from '$lib/storage';
import type { SpeakerProfile } from '$lib/voice';

/** What a person is called. @param ownName as the person here calls themselves in messages; may be empty. */
export function nameOf({ id, name }: Pick<SpeakerProfile, 'id' | 'name'>, ownName: string): string {
  return name || (id === ME ? ownName || m.me() : m.someone());
}
