import { SPEECH_RATE_HZ } from '../../../contract';
import { RealFft } from '../../../signal';
import { kaldiMelBands, type MelBand } from './kaldiMel';

/** 25 ms at 16 kHz. */
export const FRAME_LENGTH = 400;
/** 10 ms. */
export const FRAME_HOP = 160;
export const MEL_BANDS = 80;

const FFT_SIZE = 512;
/** Kaldi works on 16-bit numbers. */
const SCALE = 32768;
const PRE_EMPHASIS = 0.97;
/** Smallest 32-bit float ε: 2⁻²³. */
const FLOOR = 1.1920929e-7;

/** Frame by frame: band b of frame t is `data[t * MEL_BANDS + b]`. */
export interface Fbank {
  data: Float32Array;
  frames: number;
}

/**
 * WeSpeaker's front end: Kaldi's log mel filter bank (feat/feature-window.cc, feature-fbank.cc) without
 * dither, whole frames only, then the mean over the utterance taken from each band. For each frame: scaled
 * to 16 bit, mean removed, pre-emphasis, symmetric Hamming window, power of a 512-point spectrum, 80 mel
 * bands from 20 to 8000 Hz, natural logarithm.
 */
export class FbankExtractor {
  private readonly fft = new RealFft(FFT_SIZE);
  private readonly bands: MelBand[] = kaldiMelBands({
    bands: MEL_BANDS,
    fftSize: FFT_SIZE,
    sampleRateHz: SPEECH_RATE_HZ,
    lowHz: 20,
    highHz: SPEECH_RATE_HZ / 2
  });
  private readonly window = Float64Array.from(
    { length: FRAME_LENGTH },
    (_, i) => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (FRAME_LENGTH - 1))
  );
  private readonly frame = new Float64Array(FFT_SIZE);
  private readonly power = new Float64Array(FFT_SIZE / 2 + 1);

  /** @param samples mono, 16 kHz, −1…1. No frame comes of fewer than `FRAME_LENGTH`. */
  extract(samples: Float32Array): Fbank {
    const frames =
      samples.length < FRAME_LENGTH ? 0 : 1 + Math.floor((samples.length - FRAME_LENGTH) / FRAME_HOP);
    const data = new Float32Array(frames * MEL_BANDS);
    const means = new Float64Array(MEL_BANDS);
    for (let t = 0; t < frames; t++) {
      this.cut(samples, t * FRAME_HOP);
      this.fft.power(this.frame, this.power);
      for (let b = 0; b < MEL_BANDS; b++) {
        const value = Math.log(Math.max(this.energy(b), FLOOR));
        data[t * MEL_BANDS + b] = value;
        means[b] = (means[b] as number) + value / frames;
      }
    }
    for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) - (means[i % MEL_BANDS] as number);
    return { data, frames };
  }

  private cut(samples: Float32Array, start: number): void {
    const { frame, window } = this;
    let mean = 0;
    for (let i = 0; i < FRAME_LENGTH; i++) mean += (samples[start + i] as number) / FRAME_LENGTH;
    // The first sample has no other before it than itself.
    let before = ((samples[start] as number) - mean) * SCALE;
    for (let i = 0; i < FRAME_LENGTH; i++) {
      const now = ((samples[start + i] as number) - mean) * SCALE;
      frame[i] = (now - PRE_EMPHASIS * before) * (window[i] as number);
      before = now;
    }
  }

  private energy(band: number): number {
    const { first, weights } = this.bands[band] as MelBand;
    let sum = 0;
    for (let i = 0; i < weights.length; i++)
      sum += (weights[i] as number) * (this.power[first + i] as number);
    return sum;
  }
}
