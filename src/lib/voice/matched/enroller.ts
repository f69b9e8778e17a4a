import { MATCHED } from '$workers/contract';
import type { VoiceEnroller } from '../types';
import { fitMatchedVoice } from './fit';
import type { MatchedDeps } from './types';

/** Fits the base voice to a person. It needs no model but the speaker encoder, so it can always be done. */
export function createMatchedEnroller(deps: MatchedDeps): VoiceEnroller {
  return {
    name: MATCHED,
    available: () => Promise.resolve(true),
    enrol: async (input, options) => (await fitMatchedVoice(deps, input, options)).voice
  };
}
