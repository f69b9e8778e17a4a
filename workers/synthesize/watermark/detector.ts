import { TimbreError, type WatermarkDetection, type WorkerConfig } from '../../contract';
import { floatData, floats, loadWeights, type Session } from '../../runtime';
import { messageOf, MESSAGE_BITS } from './message';
import { HOP, LONGEST_RUN, piecesOf, testSound, wholeFrames, type RunOptions } from './pieces';

const OUTPUTS = ['prob', 'bits'] as const;
/** A frame below this holds no sound, in dB below full scale: nothing can be marked in it. */
const SILENT = 10 ** (-60 / 20);
const LIKELY = 0.5;

/**
 * `audio` [1, 1, T] at 16 kHz, T a multiple of 320 → `prob` [1, T], how likely each sample carries a mark, and `bits`
 * [1, 16], how likely each bit of the message is 1 (over all of the run).
 */
export class Detector {
  constructor(
    private readonly session: Session,
    /** For messages. */
    private readonly name: string
  ) {}

  /** @param samples mono, 16 kHz. @throws TimbreError 'model/run-failed'. */
  async listen(
    samples: Float32Array,
    { onFraction, longestRun = LONGEST_RUN }: RunOptions = {}
  ): Promise<WatermarkDetection> {
    const sound = wholeFrames(samples);
    const frames = sound.length / HOP;
    let sounding = 0;
    let chances = 0;
    const votes = new Float64Array(MESSAGE_BITS);
    for (const { from, to, heard } of piecesOf(frames, longestRun)) {
      const { prob, bits } = await this.run(sound.subarray(heard.from * HOP, heard.to * HOP));
      let marked = 0;
      for (let frame = from; frame < to; frame++) {
        if (meanOf(sound.subarray(frame * HOP, (frame + 1) * HOP), (x) => x * x) < SILENT ** 2) continue;
        const at = (frame - heard.from) * HOP;
        const chance = meanOf(prob.subarray(at, at + HOP), (p) => p);
        sounding++;
        chances += chance;
        if (chance > LIKELY) marked++;
      }
      // A run says its bits once: they count by the frames that it found marked.
      bits.forEach((bit, i) => (votes[i] = (votes[i] as number) + (bit > LIKELY ? marked : -marked)));
      onFraction?.(to / frames);
    }
    const probability = sounding === 0 ? 0 : chances / sounding;
    return {
      probability,
      message: probability > LIKELY ? messageOf(Array.from(votes, (vote) => vote > 0)) : null
    };
  }

  private async run(sound: Float32Array): Promise<{ prob: Float32Array; bits: Float32Array }> {
    const outputs = await this.session.run(feedsOf(sound), OUTPUTS);
    const [prob, bits] = [floatData(outputs['prob'], 'prob'), floatData(outputs['bits'], 'bits')];
    if (prob.length !== sound.length || bits.length !== MESSAGE_BITS) {
      const told = `${this.name} gave ${prob.length} chances for ${sound.length} samples and ${bits.length} bits`;
      throw new TimbreError('model/run-failed', told);
    }
    return { prob, bits };
  }
}

function feedsOf(sound: Float32Array) {
  return { audio: floats(sound, [1, 1, sound.length]) };
}

function meanOf(values: Float32Array, of: (value: number) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0) / values.length;
}

/** The chances come from the same last layer as the bits, and may be the same everywhere: it is a sound without a mark. */
function selfTest() {
  return { feeds: feedsOf(testSound(16)), outputs: ['bits'] };
}

/** @param folder the model's absolute URL, ending in `/`. */
export async function loadDetector(folder: string, config: WorkerConfig): Promise<Detector> {
  const file = { name: 'audioseal_detector_16bits', variants: [''], selfTest };
  return new Detector(await loadWeights(folder, file, config), folder);
}
