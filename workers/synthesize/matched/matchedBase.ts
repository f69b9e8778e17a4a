import type { Spoken, BaseVoice } from '../baseVoice';
import type { EspeakTuning } from '../engines/espeak';
import { carried } from './carry';
import { readMatchedVoice } from './conditioning';
import { shaped } from './shape';
import { takeOf } from './take';

/** The part of eSpeak NG that is used. */
export interface Tunable {
  tuned(tuning: EspeakTuning): BaseVoice;
}

/**
 * eSpeak NG as it was fitted to a person: with that throat, then with the sound's envelope or
 * its bands carried over to that person's.
 * @param conditioning what the fit found.
 * @param take another than the first: 1, 2, …
 * @throws TimbreError 'input/invalid' when it is no conditioning.
 */
export function matchedBase(espeak: Tunable, conditioning: unknown, take = 0): BaseVoice {
  const { tuning, shape, envelope } = readMatchedVoice(takeOf(readMatchedVoice(conditioning), take));
  const base = espeak.tuned(tuning);
  return {
    fidelity: 'matched',
    modelName: (language) => `${base.modelName(language)} + matched`,
    async say(text, language, onFraction): Promise<Spoken> {
      const spoken = await base.say(text, language, onFraction);
      if (envelope) return { ...spoken, samples: carried(spoken, envelope).samples };
      if (!shape) return spoken;
      return { ...spoken, samples: shaped(spoken, shape).samples };
    }
  };
}
