import type { Speech, VoiceConditioning, VoiceConverter, VoiceFidelity } from '../contract';

/**
 * An engine that gives a base voice's speech the speaker's own voice. It is used for voices that bring its
 * conditioning under its name.
 */
export interface OwnVoiceEngine {
  name: string;
  fidelity: Exclude<VoiceFidelity, 'stock'>;
  converter: Pick<VoiceConverter, 'convert'>;
}

/**
 * The speech in the voice asked for, by the first engine (best first) that the voice has conditioning for.
 * Without one it stays `stock`, and says so; an engine that fails is an error and never a quiet fall-back.
 */
export async function inOwnVoice(
  speech: Speech,
  voice: VoiceConditioning | undefined,
  engines: readonly OwnVoiceEngine[]
): Promise<Speech> {
  const engine = engines.find(({ name }) => voice?.engines[name] !== undefined);
  if (!voice || !engine) return speech;
  const audio = await engine.converter.convert(speech.audio, voice);
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
