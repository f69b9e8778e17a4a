import { TimbreError, WATERMARK_MESSAGE, type WorkerConfig } from '../../contract';
import { floatData, floats, integers, loadWeights, type OnBytes, type Session } from '../../runtime';
import { bitsOf, MESSAGE_BITS } from './message';
import { HOP, LONGEST_RUN, piecesOf, testSound, wholeFrames, type Piece, type RunOptions } from './pieces';

const OUTPUT = 'watermark';
/** Each piece comes as the one before it goes, over so many frames (0.1 s): no seam that clicks. */
const FADE = 5;
/**
 * A mark lies some 25 dB below its speech. One that lies less than this below is none: of other exports the output is
 * the marked sound itself, 0 dB below, and adding that would say everything twice.
 */
const LEAST_BELOW_DB = 6;

/**
 * `audio` [1, 1, T] at 16 kHz, T a multiple of 320, and `message` [1, 16] of zeros and ones (int64) → `watermark`
 * [1, 1, T], which is to be added to the audio.
 */
export class Generator {
  constructor(
    private readonly session: Session,
    /** For messages. */
    private readonly name: string
  ) {}

  /**
   * @param samples mono, 16 kHz. @returns as many samples: what is to be added to them.
   * @throws TimbreError 'model/run-failed'.
   */
  async markFor(
    samples: Float32Array,
    { onFraction, longestRun = LONGEST_RUN }: RunOptions = {}
  ): Promise<Float32Array> {
    const sound = wholeFrames(samples);
    const frames = sound.length / HOP;
    const mark = new Float32Array(sound.length);
    for (const piece of piecesOf(frames, longestRun)) {
      const { from, to, heard } = piece;
      const made = await this.run(sound.subarray(heard.from * HOP, heard.to * HOP), piece);
      const end = Math.min(frames, to + FADE);
      blend(mark, made.subarray((from - heard.from) * HOP, (end - heard.from) * HOP), from * HOP);
      onFraction?.(to / frames);
    }
    const below = 10 * Math.log10(energyOf(sound) / energyOf(mark));
    if (below < LEAST_BELOW_DB) {
      const told = `${this.name} gave what lies only ${below.toFixed(1)} dB below the speech: no watermark`;
      throw new TimbreError('model/run-failed', told);
    }
    return mark.subarray(0, samples.length);
  }

  private async run(sound: Float32Array, { heard }: Piece): Promise<Float32Array> {
    const outputs = await this.session.run(feedsOf(sound), [OUTPUT]);
    const made = floatData(outputs[OUTPUT], OUTPUT);
    if (made.length !== sound.length || !made.every(Number.isFinite)) {
      throw new TimbreError(
        'model/run-failed',
        `${this.name} gave ${made.length} samples for ${heard.to - heard.from} frames, or some that are none`
      );
    }
    return made;
  }
}

function feedsOf(sound: Float32Array) {
  return {
    audio: floats(sound, [1, 1, sound.length]),
    message: integers(bitsOf(WATERMARK_MESSAGE), [1, MESSAGE_BITS])
  };
}

/** Writes a piece behind those before it, faded into what they have of it already. */
function blend(mark: Float32Array, piece: Float32Array, at: number): void {
  const faded = at === 0 ? 0 : FADE * HOP;
  for (let i = 0; i < piece.length; i++) {
    const share = i < faded ? (i + 0.5) / faded : 1;
    mark[at + i] = (1 - share) * (mark[at + i] as number) + share * (piece[i] as number);
  }
}

function energyOf(samples: Float32Array): number {
  return samples.reduce((sum, x) => sum + x * x, 0);
}

function selfTest() {
  return { feeds: feedsOf(testSound(16)), outputs: [OUTPUT] };
}

/** @param folder the model's absolute URL, ending in `/`. */
export async function loadGenerator(
  folder: string,
  config: WorkerConfig,
  onBytes?: OnBytes
): Promise<Generator> {
  const file = { name: 'audioseal_generator_16bits', variants: [''], onBytes, selfTest };
  return new Generator(await loadWeights(folder, file, config), folder);
}
