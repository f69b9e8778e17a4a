import { TimbreError } from '../../../contract';
import { floatData, floats, type Session } from '../../../runtime';
import { joined } from '../../joined';
import { FRAME } from './layout';
import type { VoicePrompt } from './prompt';

/** What one run takes at most, in frames (10 s): its memory grows with them, by some 6 MB a frame. */
const LONGEST_RUN = 125;
/**
 * What a run hears before its part, in frames: as far back as any latent depends on the sound, so that the parts say
 * what the whole would. Two layers of attention over 250 positions of 5 ms, 31.25 frames, and the convolutions.
 */
const LEAD = 34;
/** Latents that differ less than this from frame to frame are an encoder's that hears nothing. */
const DEAF = 1e-6;

/** Mimi's encoder and the projection of its latents into the transformer: sound → a voice's prompt. */
export class VoiceEncoder {
  constructor(private readonly session: Session) {}

  /**
   * @param samples mono, `RATE_HZ`, whole frames.
   * @throws TimbreError 'model/run-failed', 'model/damaged' (weights from which cloning was taken out).
   */
  async encode(
    samples: Float32Array,
    onFraction: (fraction: number) => void = () => undefined,
    longestRun = LONGEST_RUN
  ): Promise<VoicePrompt> {
    const frames = samples.length / FRAME;
    const parts: Float32Array[] = [];
    for (let from = 0; from < frames; from += longestRun) {
      const to = Math.min(frames, from + longestRun);
      const lead = Math.min(LEAD, from);
      const latents = await this.run(samples.subarray((from - lead) * FRAME, to * FRAME));
      parts.push(latents.subarray((lead * latents.length) / (to - from + lead)));
      onFraction(to / frames);
    }
    const latents = joined(parts);
    const prompt = { latents, frames, width: latents.length / frames };
    // The weights that are published without a gate speak in stock voices alone: their encoder is empty. Nobody is to take
    // what they say for a person's own voice.
    if (isDeaf(prompt))
      throw new TimbreError(
        'model/damaged',
        'Pocket TTS hears no voice: these weights are without voice cloning'
      );
    return prompt;
  }

  private async run(samples: Float32Array): Promise<Float32Array> {
    const frames = samples.length / FRAME;
    const [input = 'audio'] = this.session.inputNames;
    const [output = 'latents'] = this.session.outputNames;
    const fetched = await this.session.run({ [input]: floats(samples, [1, 1, samples.length]) }, [output]);
    const latents = floatData(fetched[output], output);
    const shape = fetched[output]?.dims ?? [];
    if (shape.at(-2) !== frames || latents.length === 0 || !latents.every(Number.isFinite))
      throw new TimbreError(
        'model/run-failed',
        `Pocket TTS gave [${shape.join()}] for ${frames} frames of a voice, or numbers that are none`
      );
    return latents;
  }
}

function isDeaf({ latents, width }: VoicePrompt): boolean {
  return latents.every((x, i) => Math.abs(x - (latents[i % width] ?? NaN)) < DEAF);
}
