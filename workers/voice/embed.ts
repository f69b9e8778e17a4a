import { SPEECH_RATE_HZ, TimbreError, type Audio } from '../contract';
import { EMBEDDING_SIZE, type EcapaEncoder } from './engines/ecapa';

/** Less says nothing about a voice. */
const SHORTEST_SECONDS = 0.5;
/** Longer recordings are encoded in parts: memory grows with the length. */
const LONGEST_PART_SECONDS = 20;
/** −80 dB below full scale: nothing is heard. */
const SILENCE = 1e-4;

/**
 * A recording's speaker as 192 numbers of unit length: the mean of its equal parts' embeddings.
 * @throws TimbreError 'input/invalid' (not 16 kHz), 'audio/too-short', 'speech/none-found' (silence), 'model/run-failed'.
 */
export async function embed(
  audio: Audio,
  encoder: Pick<EcapaEncoder, 'encode'>,
  onFraction?: (fraction: number) => void
): Promise<Float32Array> {
  const { samples, sampleRateHz } = audio;
  if (sampleRateHz !== SPEECH_RATE_HZ) {
    throw new TimbreError(
      'input/invalid',
      `the speaker encoder works at ${SPEECH_RATE_HZ} Hz, not ${sampleRateHz}`
    );
  }
  if (samples.length < SHORTEST_SECONDS * SPEECH_RATE_HZ) {
    throw new TimbreError(
      'audio/too-short',
      `${samples.length / SPEECH_RATE_HZ} s is too short to tell a voice by`
    );
  }
  if (!samples.some((x) => Math.abs(x) > SILENCE))
    throw new TimbreError('speech/none-found', 'the recording is silent');

  const parts = Math.ceil(samples.length / (LONGEST_PART_SECONDS * SPEECH_RATE_HZ));
  const sum = new Float32Array(EMBEDDING_SIZE);
  for (let part = 0; part < parts; part++) {
    const [from, to] = [part, part + 1].map((border) => Math.round((border * samples.length) / parts));
    const embedding = unitLength(await encoder.encode(samples.subarray(from, to)));
    embedding.forEach((x, i) => (sum[i] = (sum[i] as number) + x));
    onFraction?.((part + 1) / parts);
  }
  return unitLength(sum);
}

/** @throws TimbreError 'model/run-failed' for a vector without a direction. */
export function unitLength(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  if (!(length > 0))
    throw new TimbreError('model/run-failed', 'the speaker encoder gave a vector of length 0');
  return vector.map((x) => x / length);
}
