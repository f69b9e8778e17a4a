import { SPEECH_RATE_HZ } from '../contract';
import { VAD_HOP, type SileroVad } from './engines/silero';
import { SPEECH_RULES, speechStretches, type Stretch } from './speech';

/** Where somebody speaks, and how sure that is for each hop. @param samples at 16 kHz. */
export async function speechIn(
  samples: Float32Array,
  vad: Pick<SileroVad, 'probabilities'>,
  onFraction?: (fraction: number) => void
): Promise<{ speech: Stretch[]; probabilities: Float32Array }> {
  const probabilities = await vad.probabilities(samples, onFraction);
  const rules = { ...SPEECH_RULES, sampleRateHz: SPEECH_RATE_HZ, hop: VAD_HOP };
  return { speech: speechStretches(probabilities, samples.length, rules), probabilities };
}
