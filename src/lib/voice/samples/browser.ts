import type { Engines } from '$lib/engines';
import { browserLocks } from '$lib/locks';
import { blobOf, type Storage } from '$lib/storage';
import { speechByEnergy } from './speech';
import type { StudioDeps } from './types';

/** What samples and profiles work with in a page. The code for sound is loaded with the first recording. */
export function browserStudioDeps(
  given: Pick<StudioDeps, 'embeddingModel' | 'newId' | 'onProblem'> & { storage: Storage; engines: Engines }
): StudioDeps {
  const audio = () => import('$lib/audio');
  return {
    ...given,
    decode: async (blob, options) => (await audio()).decodeAudio(blob, options),
    encodeWav: async (sound, options) => blobOf(await (await audio()).encodeAudio(sound, 'wav', {}, options)),
    measure: async (sound) => (await audio()).measure(sound),
    peaks: async (sound) => Array.from((await audio()).peaksOf(sound, 96)),
    speechIn: speechByEnergy,
    locks: browserLocks(),
    clock: { now: () => Date.now() }
  };
}
