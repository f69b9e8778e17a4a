/** What Pocket TTS knows a voice by: what its encoder makes of some seconds of speech. */
import { TimbreError } from '../../../contract';

/** [frames, width], one row for each 80 ms. */
export interface VoicePrompt {
  latents: Float32Array;
  frames: number;
  width: number;
}

/** 30 s, as kyutai-labs/pocket-tts truncates what it is given (`get_state_for_audio_prompt`). */
export const MOST_FRAMES = 375;

/** Before the numbers: which layout this is, and the shape. */
const LAYOUT = 1;
const HEAD = 3;

export function packed({ latents, frames, width }: VoicePrompt): Float32Array {
  const numbers = new Float32Array(HEAD + latents.length);
  numbers.set([LAYOUT, frames, width]);
  numbers.set(latents, HEAD);
  return numbers;
}

/** @param width that the model's transformer has. @throws TimbreError 'input/invalid' for what `packed` has not made. */
export function unpacked(numbers: Float32Array, width: number): VoicePrompt {
  const [layout, frames = 0, itsWidth] = numbers;
  const fits =
    layout === LAYOUT &&
    itsWidth === width &&
    Number.isInteger(frames) &&
    frames >= 1 &&
    frames <= MOST_FRAMES &&
    numbers.length === HEAD + frames * width;
  if (!fits || !numbers.every(Number.isFinite))
    throw new TimbreError(
      'input/invalid',
      `Pocket TTS knows a voice by 1…${MOST_FRAMES} frames of ${width} numbers, which these ${numbers.length} are not`
    );
  return { latents: numbers.subarray(HEAD), frames, width };
}
