import type { Engines } from '$lib/engines';
import { CLONING_ENGINES } from '$workers/contract';
import type { VoiceEnroller } from '../types';

/**
 * Keeps a voice as the numbers (a `Float32Array`) of the engine that clones, where the model library has one. Only what
 * hears the voice is loaded for it, by the worker that will speak.
 */
export function cloningEnrollers(engines: Pick<Engines, 'enrolVoice' | 'cloningEngine'>): VoiceEnroller[] {
  return CLONING_ENGINES.map((engine) => ({
    name: engine,
    available: async () => (await engines.cloningEngine()) === engine,
    enrol: ({ clips }, { signal, onFraction }) =>
      engines.enrolVoice(clips, { engine, signal, onProgress: ({ fraction }) => onFraction?.(fraction) })
  }));
}
