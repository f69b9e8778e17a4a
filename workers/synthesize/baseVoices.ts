import { TimbreError } from '../contract';
import type { OnBytes } from '../runtime';
import type { BaseVoice } from './baseVoice';
import { loadEspeak } from './engines/espeak';

/** The base voice that can be fitted to a person. */
export const FITTED_BASE = 'espeak-ng';

type Load = (modelBase: string, onBytes?: OnBytes) => Promise<BaseVoice>;

/** Engines that can speak by themselves, by their names in the settings. */
const LOADS = new Map<string, Load>([
  [FITTED_BASE, (modelBase, onBytes) => loadEspeak(`${modelBase}espeak-ng/espeak-ng.data`, onBytes)]
]);

/** @returns what loads the engine. Its promise is rejected with `model/missing` where there is no such engine. */
export function baseVoiceNamed(name: string): Load {
  return (
    LOADS.get(name) ??
    (() => Promise.reject(new TimbreError('model/missing', `there is no engine called ${name} that speaks`)))
  );
}
