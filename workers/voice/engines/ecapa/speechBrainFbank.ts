import { SPEECH_RATE_HZ } from '../../../contract';
import { RealFft } from '../../../signal';
import { FRAME_HOP, FRAME_LENGTH, MEL_BANDS, type Fbank } from './fbank';
import type { MelBand } from './kaldiMel';

/** Below it an energy is taken for it: −100 dB. */
const LEAST_ENERGY = 1e-10;
/** What lies further below the loudest of the recording is raised to that. */
const RANGE_DB = 80;

/**
 * SpeechBrain's front end (processing/features.py and spkrec-ecapa-voxceleb's hyperparams.yaml): frames of 400
 * centred on every 160th sample, zeros beyond the ends, periodic Hamming window, power of a 400-point spectrum, 80
 * bands from 0 to 8000 Hz, 10·log₁₀, at most 80 dB below the loudest, then the mean over the recording taken from each band.
 */
export class SpeechBrainFbankExtractor {
  private readonly fft = new RealFft(FRAME_LENGTH);
  private readonly bands: readonly MelBand[] = speechBrainBands();
  private readonly window = Float64Array.from(
    { length: FRAME_LENGTH },
    (_, i) => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / FRAME_LENGTH)
  );
  private readonly frame = new Float64Array(FRAME_LENGTH);
  private readonly power = new Float64Array(FRAME_LENGTH / 2 + 1);

  /** @param samples mono, 16 kHz, −1…1. */
  extract(samples: Float32Array): Fbank {
    const frames = 1 + Math.floor(samples.length / FRAME_HOP);
    const data = new Float32Array(frames * MEL_BANDS);
    let loudest = -Infinity;
    for (let t = 0; t < frames; t++) {
      this.cut(samples, t * FRAME_HOP - FRAME_LENGTH / 2);
      this.fft.power(this.frame, this.power);
      for (const [b, band] of this.bands.entries()) {
        const value = 10 * Math.log10(Math.max(this.energy(band), LEAST_ENERGY));
        data[t * MEL_BANDS + b] = value;
        loudest = Math.max(loudest, value);
      }
    }
    const floor = loudest - RANGE_DB;
    const means = new Float64Array(MEL_BANDS);
    for (let i = 0; i < data.length; i++) {
      const value = Math.max(data[i] as number, floor);
      data[i] = value;
      means[i % MEL_BANDS] = (means[i % MEL_BANDS] as number) + value / frames;
    }
    for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) - (means[i % MEL_BANDS] as number);
    return { data, frames };
  }

  private cut(samples: Float32Array, start: number): void {
    for (let i = 0; i < FRAME_LENGTH; i++)
      this.frame[i] = (samples[start + i] ?? 0) * (this.window[i] as number);
  }

  private energy({ first, weights }: MelBand): number {
    let sum = 0;
    for (let i = 0; i < weights.length; i++)
      sum += (weights[i] as number) * (this.power[first + i] as number);
    return sum;
  }
}

/**
 * Triangles over the spectrum's bins, straight in Hz, around centres that are evenly apart in 2595·log₁₀(1 + f / 700).
 * Each reaches as far above its centre as below: to the centre before it (Filterbank's `band`).
 */
function speechBrainBands(): MelBand[] {
  const top = 2595 * Math.log10(1 + SPEECH_RATE_HZ / 2 / 700);
  const toHz = (mel: number) => 700 * (10 ** (mel / 2595) - 1);
  const centre = (band: number) => toHz((top * band) / (MEL_BANDS + 1));
  return Array.from({ length: MEL_BANDS }, (_, band) => {
    const hz = centre(band + 1);
    const reach = hz - centre(band);
    const all = Array.from({ length: FRAME_LENGTH / 2 + 1 }, (_, bin) =>
      Math.max(0, 1 - Math.abs((bin * SPEECH_RATE_HZ) / FRAME_LENGTH - hz) / reach)
    );
    const first = Math.max(
      0,
      all.findIndex((weight) => weight > 0)
    );
    const last = all.findLastIndex((weight) => weight > 0);
    return { first, weights: Float64Array.from(all.slice(first, last + 1)) };
  });
}
