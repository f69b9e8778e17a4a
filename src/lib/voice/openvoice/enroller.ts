import type { Engines } from '$lib/engines';
import { OPENVOICE } from '$workers/contract';
import type { VoiceEnroller } from '../types';

/**
 * Keeps a voice as OpenVoice's 256 numbers (a `Float32Array`), where the model library has OpenVoice. Only the small
 * part of the model is loaded for it, by the worker that will speak.
 */
export function openVoiceEnroller(engines: Pick<Engines, 'enrolVoice' | 'canEnrolVoice'>): VoiceEnroller {
  return {
    name: OPENVOICE,
    available: () => engines.canEnrolVoice(),
    enrol: ({ clips }, { signal, onFraction }) =>
      engines.enrolVoice(clips, { signal, onProgress: ({ fraction }) => onFraction?.(fraction) })
  };
}
