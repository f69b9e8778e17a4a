import { MATCHED } from '$workers/contract';
import type { VoiceEnroller } from '../types';
import { fitMatchedVoice } from './fit';
import type { MatchedDeps } from './types';

/**
 * Fits the base voice to a person. It needs no model but the speaker encoder, so it can always be done.
 * @param searchMs 0 for a first voice in a few seconds: the nearest variant at the person's pitch, not tuned.
 */
export function createMatchedEnroller(
  deps: MatchedDeps,
  { searchMs }: { searchMs?: number } = {}
): VoiceEnroller {
  return {
    name: MATCHED,
    available: () => Promise.resolve(true),
    enrol: async (input, options) =>
      (await fitMatchedVoice(deps, input, searchMs === undefined ? options : { ...options, searchMs })).voice
  };
}
