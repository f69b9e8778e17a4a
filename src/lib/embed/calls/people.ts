import type { App } from '$lib/app';
import { ME } from '$lib/storage';
import type { Voice } from '$lib/voice';
import type { Lang } from '$workers/contract';

/** Errors: `storage/not-found` for an id that nobody has. */
export async function knownProfile({ profiles }: Pick<Voice, 'profiles'>, id: string): Promise<string> {
  return id === ME ? ME : (await profiles.get(id)).id;
}

/** What the person speaks. */
export async function ownLanguage({ people }: Pick<App, 'people'>): Promise<Lang> {
  return (await people.get(ME)).languages.systemLanguage;
}
