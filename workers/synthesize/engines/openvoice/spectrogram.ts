import { hann, RealFft } from '../../../signal';

/** All that OpenVoice hears and says. */
export const RATE_HZ = 22_050;
/** Samples from one frame to the next. */
export const HOP = 256;
/** Frequencies of a frame: 0 … 11,025 Hz. */
export const BINS = 513;

const WINDOW = 1024;
/** On either side, so that frame t is centred on its own 256 samples. */
const PAD = (WINDOW - HOP) / 2;
/** Fewer can't be reflected. */
export const SHORTEST = PAD + 1;
const FLOOR = 1e-6;

/** Frame by frame: bin k of frame t is `data[t * BINS + k]`. */
export interface Spectrogram {
  data: Float32Array;
  frames: number;
}

/** Whole frames in so many samples. */
export function framesIn(samples: number): number {
  return Math.floor(samples / HOP);
}

/**
 * The front end of OpenVoice V2 (myshell-ai/OpenVoice, mel_processing.py): the signal is reflected over 384 samples at
 * both ends, cut into frames of 1024 every 256, weighted by a periodic Hann window, and S = √(re² + im² + 10⁻⁶).
 */
export class SpectrogramExtractor {
  private readonly fft = new RealFft(WINDOW);
  private readonly window = hann(WINDOW);
  private readonly frame = new Float64Array(WINDOW);
  private readonly power = new Float64Array(BINS);

  /**
   * @param samples mono, `RATE_HZ`, at least `SHORTEST`. @param from @param to frames of them: all when left out.
   * The frames are those of the whole signal: what lies outside the range is heard at its borders.
   */
  extract(samples: Float32Array, from = 0, to = framesIn(samples.length)): Spectrogram {
    if (samples.length < SHORTEST) throw new RangeError(`${samples.length} samples are too few to reflect`);
    const frames = to - from;
    const data = new Float32Array(frames * BINS);
    for (let t = 0; t < frames; t++) {
      this.cut(samples, (from + t) * HOP - PAD);
      this.fft.power(this.frame, this.power);
      for (let k = 0; k < BINS; k++) data[t * BINS + k] = Math.sqrt((this.power[k] as number) + FLOOR);
    }
    return { data, frames };
  }

  private cut(samples: Float32Array, start: number): void {
    const last = samples.length - 1;
    for (let i = 0; i < WINDOW; i++) {
      const at = Math.abs(start + i);
      const inside = at > last ? 2 * last - at : at;
      this.frame[i] = (samples[inside] as number) * (this.window[i] as number);
    }
  }
}

/** The same numbers with time last: bin k of frame t is at `k * frames + t`. */
export function timeLast({ data, frames }: Spectrogram): Float32Array {
  const turned = new Float32Array(data.length);
  for (let t = 0; t < frames; t++)
    for (let k = 0; k < BINS; k++) turned[k * frames + t] = data[t * BINS + k] as number;
  return turned;
}
