import { SPEECH_RATE_HZ, TimbreError, type Audio, type Lang } from '../contract';
import type { SileroVad } from './engines/silero';
import type { WhisperRecogniser } from './engines/whisper';
import { speechIn } from './speechIn';

/** The parts of the two engines that are used, so that tests can give their own. */
export interface FittingEars {
  vad: Pick<SileroVad, 'probabilities'>;
  whisper: Pick<WhisperRecogniser, 'windowSeconds' | 'hear' | 'textFit'>;
}

/**
 * How well each of some texts fits what is said, in nats a token more than it fits silence: from the first speech on,
 * as long as a window is. Texts of about a sentence; they are compared with each other, since the number alone
 * depends on model and sound.
 * @throws TimbreError 'speech/none-found', 'language/unsupported', 'model/run-failed'.
 */
export async function textFit(
  { samples }: Audio,
  { vad, whisper }: FittingEars,
  language: Lang,
  texts: readonly string[]
): Promise<number[]> {
  const { speech } = await speechIn(samples, vad);
  const [first, last] = [speech[0], speech.at(-1)];
  if (!first || !last) throw new TimbreError('speech/none-found', 'nothing a text could be compared with');
  const to = Math.min(last.to, first.from + whisper.windowSeconds * SPEECH_RATE_HZ);
  return whisper.textFit(await whisper.hear(samples.subarray(first.from, to)), language, texts);
}
