import {
  TimbreError,
  type Speech,
  type VoiceConditioning,
  type VoiceConverter,
  type VoiceFidelity
} from '../contract';
import { normaliseLevel } from './level';

/**
 * An engine that gives a base voice's speech the speaker's own voice. It is used for voices that bring its
 * conditioning under its name.
 */
export interface OwnVoiceEngine {
  name: string;
  fidelity: Exclude<VoiceFidelity, 'stock'>;
  /** Undefined: its model is not here. */
  converter: Pick<VoiceConverter, 'convert'> | undefined;
}

/**
 * The speech in the voice asked for, by the first engine (best first) that is here and that the voice has conditioning
 * for. A voice without any stays `stock`, and says so; an engine that fails is an error and never a quiet fall-back.
 * @throws TimbreError 'model/missing' when none of the voice's engines is here, and what the engine throws.
 */
export async function inOwnVoice(
  speech: Speech,
  voice: VoiceConditioning | undefined,
  engines: readonly OwnVoiceEngine[],
  onFraction?: (fraction: number) => void
): Promise<Speech> {
  const meant = engines.filter(({ name }) => voice?.engines[name] !== undefined);
  if (!voice || meant.length === 0) return speech;
  const engine = meant.find(({ converter }) => converter !== undefined);
  if (!engine?.converter) {
    const names = meant.map(({ name }) => name).join(', ');
    throw new TimbreError('model/missing', `no model is here that speaks in this voice (${names})`);
  }
  const audio = await engine.converter.convert(speech.audio, voice, onFraction);
  normaliseLevel(audio.samples, audio.sampleRateHz);
  // An engine may round the length to its frames.
  const stretch =
    audio.samples.length / audio.sampleRateHz / (speech.audio.samples.length / speech.audio.sampleRateHz);
  return {
    audio,
    fidelity: engine.fidelity,
    model: `${speech.model} + ${engine.name}`,
    words: speech.words.map(({ text, startMs, endMs }) => ({
      text,
      startMs: startMs * stretch,
      endMs: endMs * stretch
    }))
  };
}
