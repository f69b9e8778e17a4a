/** The engines that speak in a person's own voice by themselves, and how one of them is used as a base voice is. */
import {
  CHATTERBOX,
  OPENVOICE,
  POCKET,
  TimbreError,
  type CloningEngine,
  type VoiceConditioning,
  type WorkerConfig
} from '../contract';
import type { BaseVoice } from './baseVoice';
import type { CloningVoice } from './cloningVoice';
import { Chatterbox } from './engines/chatterbox';
import { PocketTts } from './engines/pocket';

/** All but OpenVoice, which takes a base voice's speech. */
type SpeakingEngine = Exclude<CloningEngine, typeof OPENVOICE>;

/** By what the catalogue calls them. Nothing is loaded before the first call. @param folder absolute URL, ending in `/`. */
const MAKES: Record<SpeakingEngine, (folder: string, config: WorkerConfig) => CloningVoice> = {
  [CHATTERBOX]: (folder, config) => new Chatterbox(folder, config),
  [POCKET]: (folder, config) => new PocketTts(folder, config)
};

export function cloningVoice(engine: SpeakingEngine, folder: string, config: WorkerConfig): CloningVoice {
  return MAKES[engine](folder, config);
}

/**
 * An engine in one person's voice.
 * @throws TimbreError 'input/invalid' for a conditioning that is no list of numbers.
 */
export function inVoiceOf(engine: CloningVoice, { engines, take }: VoiceConditioning): BaseVoice {
  const conditioning = engines[engine.name];
  if (!(conditioning instanceof Float32Array))
    throw new TimbreError('input/invalid', `what the voice has for ${engine.name} are no numbers`);
  return {
    fidelity: 'cloned',
    modelName: () => engine.name,
    say: (text, language, onFraction) => engine.say(text, language, conditioning, { take, onFraction })
  };
}
