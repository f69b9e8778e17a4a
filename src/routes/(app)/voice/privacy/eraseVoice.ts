import type { Profiles } from '$lib/voice';

/** How much of a voice is kept: recordings, versions of the voice model, bytes. */
export interface Stored {
  samples: number;
  models: number;
  bytes: number;
}

/** What is kept now, as the tables say. */
export function storedNow(profiles: Pick<Profiles, 'stored'>, id: string): Promise<Stored> {
  return new Promise((done) => {
    let answered = false;
    const stop = profiles.stored(id).subscribe((stored) => {
      if (!stored || answered) return;
      answered = true;
      done(stored);
      // Its first answer may come before there is anything to stop.
      queueMicrotask(() => stop());
    });
  });
}

/** Deletes everything of a voice, then looks again. @returns what was there, and what is left: nothing, if it went well. */
export async function eraseVoice(
  profiles: Pick<Profiles, 'stored' | 'erase'>,
  id: string
): Promise<{ gone: Stored; left: Stored }> {
  const gone = await storedNow(profiles, id);
  await profiles.erase(id);
  return { gone, left: await storedNow(profiles, id) };
}

export function isNothing({ samples, models, bytes }: Stored): boolean {
  return samples === 0 && models === 0 && bytes === 0;
}
