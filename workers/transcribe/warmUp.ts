import { SPEECH_RATE_HZ } from '../contract';
import type { Ears } from './transcribe';

/** Short, and long enough for every model's first window. */
const SILENCE_SECONDS = 0.5;

/**
 * Each model once on silence, so that what only a first run costs is paid before the first message. A call would not do:
 * where nobody speaks, it asks the recogniser nothing.
 * @throws TimbreError 'model/run-failed'.
 */
export async function warmUp(
  { vad, whisper }: Pick<Ears, 'vad' | 'whisper'>,
  onFraction: (fraction: number) => void = () => {}
): Promise<void> {
  const silence = new Float32Array(SILENCE_SECONDS * SPEECH_RATE_HZ);
  await vad.probabilities(silence);
  onFraction(1 / 3);
  const heard = await whisper.hear(silence);
  onFraction(2 / 3);
  await whisper.guessLanguages(heard);
  onFraction(1);
}
