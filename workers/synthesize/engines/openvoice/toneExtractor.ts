import { TimbreError, type Audio, type WorkerConfig } from '../../../contract';
import { resample } from '../../../decode';
import { floatData, floats, loadWeights, type OnBytes, type Session } from '../../../runtime';
import { usableClips } from '../../bestClips';
import { BINS, framesIn, RATE_HZ, SpectrogramExtractor } from './spectrogram';

/** Numbers of a tone. Their length means something: they are never scaled. */
export const TONE_SIZE = 256;

const PART_SECONDS = 10;

/** What a voice sounds like, whatever it says: `input` [1, T, 513] → [1, 256, 1]. */
export class ToneExtractor {
  private readonly spectrogram = new SpectrogramExtractor();

  constructor(private readonly session: Session) {}

  /**
   * The tone of one stretch of speech: the mean over round(length / 10 s) equal parts.
   * @param samples mono, `RATE_HZ`, at least `SHORTEST` of them. @throws TimbreError 'model/run-failed'.
   */
  async toneOf(samples: Float32Array, onFraction?: (fraction: number) => void): Promise<Float32Array> {
    const parts = Math.max(1, Math.round(samples.length / (PART_SECONDS * RATE_HZ)));
    const mean = new Float32Array(TONE_SIZE);
    for (let part = 0; part < parts; part++) {
      const [from, to] = [part, part + 1].map((border) => Math.floor((border * samples.length) / parts));
      addTo(mean, await this.run(samples.subarray(from, to)), 1 / parts);
      onFraction?.((part + 1) / parts);
    }
    return mean;
  }

  /**
   * The tone of a person in several recordings, each second counting the same.
   * @param clips silence cut out, of any sample rate.
   * @throws TimbreError 'voice/no-samples' (no clip), 'audio/too-short', 'speech/none-found', 'model/run-failed'.
   */
  async enrol(
    clips: readonly Audio[],
    onFraction: (fraction: number) => void = () => undefined
  ): Promise<Float32Array> {
    const usable = usableClips(clips);
    const total = usable.reduce((sum, clip) => sum + secondsOf(clip), 0);
    const mean = new Float32Array(TONE_SIZE);
    let before = 0;
    for (const clip of usable) {
      const share = secondsOf(clip) / total;
      const samples = resample(clip.samples, clip.sampleRateHz, RATE_HZ);
      const tone = await this.toneOf(samples, (fraction) => onFraction(before + share * fraction));
      addTo(mean, tone, share);
      before += share;
    }
    return mean;
  }

  private async run(samples: Float32Array): Promise<Float32Array> {
    const { data, frames } = this.spectrogram.extract(samples, 0, framesIn(samples.length));
    const [input = 'input'] = this.session.inputNames;
    const [output = 'output'] = this.session.outputNames;
    const outputs = await this.session.run({ [input]: floats(data, [1, frames, BINS]) }, [output]);
    const tone = floatData(outputs[output], output);
    const count = tone.length;
    if (!isTone(tone)) {
      throw new TimbreError(
        'model/run-failed',
        `OpenVoice gave ${count} numbers for a voice, or some that are none`
      );
    }
    return tone;
  }
}

/** Whether a value can be what `ToneExtractor` made of a voice. */
export function isTone(value: unknown): value is Float32Array {
  return value instanceof Float32Array && value.length === TONE_SIZE && value.every(Number.isFinite);
}

function secondsOf({ samples, sampleRateHz }: Audio): number {
  return samples.length / sampleRateHz;
}

function addTo(sum: Float32Array, tone: Float32Array, weight: number): void {
  for (let i = 0; i < TONE_SIZE; i++) sum[i] = (sum[i] as number) + weight * (tone[i] as number);
}

/** Three steps of its recurrent part, with numbers in the range of the front end's, for comparing devices. */
function selfTest({ inputNames: [input = 'input'], outputNames: [output = 'output'] }: Session) {
  const frames = 130;
  const data = Float32Array.from(
    { length: frames * BINS },
    (_, i) => 1 + Math.sin(0.7 * i) * Math.cos(0.013 * i)
  );
  return { feeds: { [input]: floats(data, [1, frames, BINS]) }, outputs: [output] };
}

/** @param folder the model's absolute URL, ending in `/`. */
export async function loadToneExtractor(
  folder: string,
  config: WorkerConfig,
  onBytes?: OnBytes
): Promise<ToneExtractor> {
  const file = { name: 'tone_color_extract_model', variants: [''], onBytes, selfTest };
  return new ToneExtractor(await loadWeights(folder, file, config));
}
