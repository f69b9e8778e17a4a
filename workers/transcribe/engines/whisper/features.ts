import { hann, RealFft } from '../../../signal';
import { melFilters, type MelFilter } from './melFilters';

/** Numbers of the model's preprocessor_config.json. */
export interface FeatureShape {
  mels: number;
  fftSize: number;
  hopLength: number;
  sampleRateHz: number;
}

/** A log-mel spectrogram, mel by mel: value (m, t) is `data[m * frames + t]`. */
export interface LogMel {
  data: Float32Array;
  mels: number;
  frames: number;
}

/**
 * Whisper's front end (Radford et al. 2022, reference code): Hann-windowed frames centred on every hop
 * with the signal reflected at its ends, power, Slaney mel filters, log₁₀, floored 8 below the
 * clip's maximum, then (x + 4) / 4. The frame that would start at the very end is left out, so there are
 * ⌊samples / hop⌋ of them.
 */
export class LogMelExtractor {
  private readonly fft: RealFft;
  private readonly filters: MelFilter[];
  private readonly window: Float64Array;
  private readonly frame: Float64Array;
  private readonly power: Float64Array;

  constructor(readonly shape: FeatureShape) {
    const { mels, fftSize, sampleRateHz } = shape;
    this.fft = new RealFft(fftSize);
    this.filters = melFilters(mels, fftSize, sampleRateHz);
    this.window = hann(fftSize);
    this.frame = new Float64Array(fftSize);
    this.power = new Float64Array(this.fft.bins);
  }

  /**
   * @param samples mono, −1…1.
   * @param padToFrames for encoders with a fixed length: as if so much silence followed. Without it, the
   * result is as long as the audio.
   */
  extract(samples: Float32Array, padToFrames?: number): LogMel {
    const { mels, hopLength, fftSize } = this.shape;
    const own = Math.floor(samples.length / hopLength);
    const frames = padToFrames ?? own;
    const data = new Float32Array(mels * frames).fill(Math.log10(FLOOR));
    // Padded frames that still reach back into the audio are not silent.
    const heard = Math.min(
      frames,
      padToFrames === undefined ? own : Math.ceil((samples.length + fftSize / 2) / hopLength)
    );
    let maximum = Math.log10(FLOOR);
    for (let t = 0; t < heard; t++) {
      this.cut(samples, t * hopLength - fftSize / 2, padToFrames !== undefined);
      this.fft.power(this.frame, this.power);
      for (let m = 0; m < mels; m++) {
        // Several times as quick as log10, and as exact as float32 can tell.
        const value = Math.log(Math.max(this.energy(m), FLOOR)) * Math.LOG10E;
        data[m * frames + t] = value;
        if (value > maximum) maximum = value;
      }
    }
    const floor = maximum - DYNAMIC_RANGE;
    for (let i = 0; i < data.length; i++) data[i] = (Math.max(data[i] as number, floor) + 4) / 4;
    return { data, mels, frames };
  }

  /** One windowed frame; outside the audio it is reflected, or silent after an end that is padded. */
  private cut(samples: Float32Array, start: number, silentEnd: boolean): void {
    const { frame, window } = this;
    const last = samples.length - 1;
    if (start >= 0 && start + frame.length <= samples.length) {
      for (let i = 0; i < frame.length; i++)
        frame[i] = (samples[start + i] as number) * (window[i] as number);
      return;
    }
    for (let i = 0; i < frame.length; i++) {
      let at = start + i;
      if (at < 0) at = -at;
      if (at > last && !silentEnd) at = 2 * last - at;
      frame[i] = (samples[at] ?? 0) * (window[i] as number);
    }
  }

  private energy(mel: number): number {
    const { first, weights } = this.filters[mel] as MelFilter;
    const { power } = this;
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (power[first + i] as number);
    return sum;
  }
}

const FLOOR = 1e-10;
/** log₁₀ units below the maximum. */
const DYNAMIC_RANGE = 8;
