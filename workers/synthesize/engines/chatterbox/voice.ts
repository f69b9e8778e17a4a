/** What Chatterbox knows a voice by: the four tensors of its speech encoder, and how they are kept. */
import { TimbreError } from '../../../contract';
import { BANDS, SPEAKER_SIZE, START_SPEECH } from './layout';

/** Shapes without the leading 1. */
export interface ChatterboxVoice {
  /** [places, width]: what the language model is told before a text. */
  features: Float32Array;
  width: number;
  /** What the recording says, as speech tokens. */
  tokens: readonly number[];
  /** `SPEAKER_SIZE` numbers. */
  speaker: Float32Array;
  /** [frames, `BANDS`], 50 frames a second. */
  frames: Float32Array;
}

/** Before the numbers: which layout this is, places, width, tokens, frames. */
const LAYOUT = 1;
const HEAD = 5;

export function packVoice({ features, width, tokens, speaker, frames }: ChatterboxVoice): Float32Array {
  return Float32Array.from([
    LAYOUT,
    features.length / width,
    width,
    tokens.length,
    frames.length / BANDS,
    ...features,
    ...tokens,
    ...speaker,
    ...frames
  ]);
}

/** @throws TimbreError 'input/invalid' for what `packVoice` has not made. */
export function unpackVoice(numbers: Float32Array): ChatterboxVoice {
  const [layout, ...shape] = numbers.subarray(0, HEAD);
  const [places = 0, width = 0, said = 0, heard = 0] = shape;
  const lengths = [places * width, said, SPEAKER_SIZE, heard * BANDS];
  const total = lengths.reduce((sum, length) => sum + length, HEAD);
  const isShape = shape.every((length) => Number.isInteger(length) && length > 0);
  if (layout !== LAYOUT || !isShape || numbers.length !== total || !numbers.every(Number.isFinite))
    throw invalid(`${numbers.length} numbers, or the first of them, are not`);
  let at = HEAD;
  const [features, tokens, speaker, frames] = lengths.map((length) => numbers.slice(at, (at += length))) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array
  ];
  if (!tokens.every((token) => Number.isInteger(token) && token >= 0 && token < START_SPEECH))
    throw invalid('some tokens are not');
  return { features, width, tokens: [...tokens], speaker, frames };
}

function invalid(what: string): TimbreError {
  return new TimbreError(
    'input/invalid',
    `Chatterbox knows a voice by its packed tensors, which these ${what}`
  );
}
