import type { Audio, WatermarkDetection, WorkerConfig } from '../../contract';
import { resample } from '../../decode';
import { bytesAs, shareOf } from '../fractions';
import { loadDetector, type Detector } from './detector';
import { loadGenerator, type Generator } from './generator';
import { RATE_HZ } from './pieces';

/** Of a call, what loading 59 MB takes. */
const LOADING_SHARE = 0.3;
/** −1 dB below full scale: lossy encoders overshoot a little. */
const HIGHEST_PEAK = 10 ** (-1 / 20);

/**
 * AudioSeal (San Roman et al., 2024). Nothing is loaded before the first call that needs it. It runs on WASM, whatever
 * the plan: it is small beside the model that speaks, and must not cost that one its GPU by failing there.
 */
export class Watermark {
  private generator: Generator | undefined;
  private detector: Detector | undefined;
  private readonly config: WorkerConfig;

  /** @param folder the model's absolute URL, ending in `/`. @param longestRun in frames of 20 ms; default 10 s. */
  constructor(
    private readonly folder: string,
    config: WorkerConfig,
    private readonly longestRun?: number
  ) {
    this.config = { ...config, plan: { ...config.plan, devices: ['wasm'] } };
  }

  /**
   * The same sound with the mark in it, at the same rate and of the same length. The mark is made at 16 kHz and added at
   * the sound's own rate, so that what lies above 8 kHz stays; where it lifts a peak too high, all is turned down.
   * Silence alone stays as it is.
   * @throws TimbreError 'model/…', its message with the folder.
   */
  async mark(audio: Audio, onFraction?: (fraction: number) => void): Promise<Audio> {
    const { samples, sampleRateHz } = audio;
    if (samples.every((x) => x === 0)) return audio;
    const loading = this.generator ? 0 : LOADING_SHARE;
    const onBytes = bytesAs(shareOf(onFraction, 0, loading));
    this.generator ??= await loadGenerator(this.folder, this.config, onBytes);
    const mark = await this.generator.markFor(resample(samples, sampleRateHz, RATE_HZ), {
      longestRun: this.longestRun,
      onFraction: shareOf(onFraction, loading, 1)
    });
    return { samples: withMark(samples, resample(mark, RATE_HZ, sampleRateHz)), sampleRateHz };
  }

  /**
   * Whether a sound carries a mark, and which. Wants the detector in the folder.
   * @throws TimbreError 'model/…', its message with the folder.
   */
  async detect(
    { samples, sampleRateHz }: Audio,
    onFraction?: (fraction: number) => void
  ): Promise<WatermarkDetection> {
    this.detector ??= await loadDetector(this.folder, this.config);
    const options = { longestRun: this.longestRun, onFraction };
    return this.detector.listen(resample(samples, sampleRateHz, RATE_HZ), options);
  }
}

function withMark(samples: Float32Array, mark: Float32Array): Float32Array {
  const marked = samples.map((x, i) => x + (mark[i] ?? 0));
  const peak = marked.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return peak <= HIGHEST_PEAK ? marked : marked.map((x) => (x * HIGHEST_PEAK) / peak);
}
