import { TimbreError, type WorkerConfig } from '../../../contract';
import { floatData, floats, integers, loadWeights, type OnBytes, type Session } from '../../../runtime';
import { partsOf, type Part } from './parts';
import { BINS, framesIn, HOP, SpectrogramExtractor, timeLast } from './spectrogram';
import { TONE_SIZE } from './toneExtractor';

/** What one run takes at most, in frames (12 s): its memory grows with them. */
const LONGEST_RUN = 1034;
/**
 * What a run hears beyond its part, in frames (1.3 s): as far as any sample of the output depends on the input. 32 by
 * the encoder (16 layers of width 5), 64 by the flow there and back, some 14 by HiFi-GAN; so the parts say what
 * the whole would.
 */
const CONTEXT = 112;
/** Parts are blended over so many frames (23 ms): each has noise of its own. */
const FADE = 2;

export interface ConvertOptions {
  /** How much of its own the model adds, 0…1; at 0 the same input gives the same output. */
  tau: number;
  onFraction?: ((fraction: number) => void) | undefined;
  /** Default `LONGEST_RUN`. */
  longestRun?: number;
}

/**
 * Speech from one tone to another: `audio` [1, 513, T], `audio_length` [1], `src_tone` and `dest_tone` [1, 256, 1],
 * `tau` [1] → as the first of its outputs [1, 1, 256·T].
 */
export class ToneConverter {
  private readonly spectrogram = new SpectrogramExtractor();

  constructor(
    private readonly session: Session,
    /** For messages. */
    private readonly name: string
  ) {}

  /**
   * @param samples mono, `RATE_HZ`, at least `SHORTEST`. @returns 256 samples for each of their whole frames.
   * @throws TimbreError 'model/run-failed'.
   */
  async convert(
    samples: Float32Array,
    source: Float32Array,
    target: Float32Array,
    { tau, onFraction, longestRun = LONGEST_RUN }: ConvertOptions
  ): Promise<Float32Array> {
    const frames = framesIn(samples.length);
    const parts =
      frames <= longestRun ? [{ from: 0, to: frames }] : partsOf(samples, frames, longestRun - 2 * CONTEXT);
    const output = new Float32Array(frames * HOP);
    for (const { from, to } of parts) {
      const heard = { from: Math.max(0, from - CONTEXT), to: Math.min(frames, to + CONTEXT) };
      const said = await this.run(samples, heard, source, target, tau);
      const end = Math.min(frames, to + FADE);
      blend(output, said.subarray((from - heard.from) * HOP, (end - heard.from) * HOP), from * HOP);
      onFraction?.(to / frames);
    }
    return output;
  }

  private async run(
    samples: Float32Array,
    { from, to }: Part,
    source: Float32Array,
    target: Float32Array,
    tau: number
  ): Promise<Float32Array> {
    const spectrogram = this.spectrogram.extract(samples, from, to);
    const { frames } = spectrogram;
    const feeds = feedsOf(timeLast(spectrogram), frames, source, target, tau);
    const [output = 'output'] = this.session.outputNames;
    const outputs = await this.session.run(feeds, [output]);
    const said = floatData(outputs[output], output);
    if (said.length !== frames * HOP || !said.every(Number.isFinite)) {
      throw new TimbreError(
        'model/run-failed',
        `${this.name} gave ${said.length} samples for ${frames} frames, or some that are none`
      );
    }
    return said;
  }
}

function feedsOf(
  spectrogram: Float32Array,
  frames: number,
  source: Float32Array,
  target: Float32Array,
  tau: number
) {
  return {
    audio: floats(spectrogram, [1, BINS, frames]),
    audio_length: integers([frames], [1]),
    src_tone: floats(source, [1, TONE_SIZE, 1]),
    dest_tone: floats(target, [1, TONE_SIZE, 1]),
    tau: floats(Float32Array.of(tau), [1])
  };
}

/** Writes a part behind those before it: over the frames that both have, the one goes as the other comes. */
function blend(output: Float32Array, part: Float32Array, at: number): void {
  const faded = at === 0 ? 0 : FADE * HOP;
  for (let i = 0; i < part.length; i++) {
    const share = i < faded ? (i + 0.5) / faded : 1;
    output[at + i] = (1 - share) * (output[at + i] as number) + share * (part[i] as number);
  }
}

/** A little of something like speech, without noise, for comparing devices. */
function selfTest({ outputNames: [output = 'output'] }: Session) {
  const frames = 16;
  const spectrogram = Float32Array.from(
    { length: frames * BINS },
    (_, i) => 1 + Math.sin(0.7 * i) * Math.cos(0.013 * i)
  );
  const tone = (step: number) => Float32Array.from({ length: TONE_SIZE }, (_, i) => 0.2 * Math.sin(step * i));
  return { feeds: feedsOf(spectrogram, frames, tone(0.9), tone(1.7), 0), outputs: [output] };
}

/** @param folder the model's absolute URL, ending in `/`. */
export async function loadToneConverter(
  folder: string,
  config: WorkerConfig,
  onBytes?: OnBytes
): Promise<ToneConverter> {
  const file = { name: 'tone_clone_model', variants: [''], onBytes, selfTest };
  return new ToneConverter(await loadWeights(folder, file, config), folder);
}
