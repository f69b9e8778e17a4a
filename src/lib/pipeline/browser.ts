import type { Engines } from '$lib/engines';
import type { Storage } from '$lib/storage';
import { stockVoice, type VoicePolicy } from '$lib/voice';
import { browserFarewell } from './farewell';
import { newId } from '$lib/ids';
import { browserLocks } from '$lib/locks';
import type { PipelineDeps } from './types';

/** What a pipeline works with in a page. The code for sound is loaded with the first message, not before. */
export function browserDeps(given: {
  storage: Storage;
  engines: Engines;
  voice?: VoicePolicy;
}): PipelineDeps {
  const audio = () => import('$lib/audio');
  return {
    storage: given.storage,
    engines: given.engines,
    voice: given.voice ?? stockVoice,
    decode: async (file, options) => (await audio()).decodeAudio(file, options),
    encode: async (sound, format, tags, options) => (await audio()).encodeAudio(sound, format, tags, options),
    peaks: async (sound, words) => (await audio()).peaksByWords(sound, words, 96).map(({ height }) => height),
    speechComment: async (language, spokenAs) => (await audio()).aiSpeechComment(language, spokenAs),
    locks: browserLocks(),
    farewell: browserFarewell(),
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    newId
  };
}
