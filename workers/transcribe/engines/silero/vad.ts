import type { Tensor } from 'onnxruntime-common';
import { TimbreError, type WorkerConfig } from '../../../contract';
import { floatData, floats, loadSession, type OnBytes, type Session } from '../../../runtime';
import { hann, RealFft } from '../../../signal';

/** Samples that each probability stands for: 32 ms at 16 kHz. */
export const VAD_HOP = 512;
/** Samples before the hop that the model is given with it. Without them it hears almost nothing. */
const CONTEXT = 64;
/** Each hop has four frames; for the last one it is reflected at its end. */
const FRAMES = 4;
const FRAME = 256;
const FRAME_STEP = 128;
const REFLECTED = 64;
const STATE_SIZE = 2 * 128;
/** Hops of one run, about 8 s: enough to be quick, few enough for a true fraction and little memory. */
const HOPS_AT_ONCE = 256;

/**
 * Silero voice activity v6 as one graph over many hops (models/vad/whole.py; hop by hop it took ten times as
 * long): magnitude f32[hops, 4, 129], state f32[2, 1, 128] → output f32[hops], stateN.
 */
export class SileroVad {
  private readonly fft = new RealFft(FRAME);
  /** Hann's. */
  private readonly window = hann(FRAME);
  /** Of the run before: the system is slow to give out memory. */
  private magnitudesBefore = new Float32Array(0);

  constructor(private readonly session: Session) {
    for (const name of ['magnitude', 'state']) {
      if (!session.inputNames.includes(name))
        throw new TimbreError('model/load-failed', `the voice-activity model has no input ${name}`);
    }
  }

  /**
   * Probability of speech for every 512 samples; the last ones are padded with silence.
   * @param samples 16 kHz mono.
   */
  async probabilities(samples: Float32Array, onFraction?: (fraction: number) => void): Promise<Float32Array> {
    const hops = Math.ceil(samples.length / VAD_HOP);
    const probabilities = new Float32Array(hops);
    let state: Tensor = floats(new Float32Array(STATE_SIZE), [2, 1, STATE_SIZE / 2]);
    for (let from = 0; from < hops; from += HOPS_AT_ONCE) {
      const to = Math.min(hops, from + HOPS_AT_ONCE);
      const magnitude = floats(this.magnitudes(samples, from, to), [to - from, FRAMES, this.fft.bins]);
      const { output, stateN } = await this.session.run({ magnitude, state });
      if (!stateN) throw new TimbreError('model/run-failed', 'the voice-activity model gave no stateN');
      state = stateN;
      probabilities.set(floatData(output, 'output'), from);
      onFraction?.(to / hops);
    }
    return probabilities;
  }

  /** Of the frames' Fourier transforms, [hops, frames, bins]; good until the next. */
  private magnitudes(samples: Float32Array, from: number, to: number): Float32Array {
    const { fft, window } = this;
    const length = (to - from) * FRAMES * fft.bins;
    if (this.magnitudesBefore.length < length) this.magnitudesBefore = new Float32Array(length);
    const magnitudes = this.magnitudesBefore.subarray(0, length);
    const padded = new Float32Array(CONTEXT + VAD_HOP + REFLECTED);
    const frame = new Float64Array(FRAME);
    const power = new Float64Array(fft.bins);
    let at = 0;
    for (let hop = from; hop < to; hop++) {
      fillHop(padded, samples, hop);
      for (let start = 0; start < FRAMES * FRAME_STEP; start += FRAME_STEP) {
        for (let i = 0; i < FRAME; i++) frame[i] = (padded[start + i] as number) * (window[i] as number);
        fft.power(frame, power);
        for (const x of power) magnitudes[at++] = Math.sqrt(x);
      }
    }
    return magnitudes;
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

/** A hop after its context, silence before the first sample and after the last; and what of it is reflected at its end. */
function fillHop(padded: Float32Array, samples: Float32Array, hop: number): void {
  const width = CONTEXT + VAD_HOP;
  const begin = hop * VAD_HOP - CONTEXT;
  padded.fill(0);
  padded.set(samples.subarray(Math.max(0, begin), begin + width), Math.max(0, -begin));
  for (let i = 0; i < REFLECTED; i++) padded[width + i] = padded[width - 2 - i] as number;
}

/** Always on WASM: its LSTM waits for itself at every hop. @param url absolute. */
export async function loadVad(url: string, worker: WorkerConfig, onBytes?: OnBytes): Promise<SileroVad> {
  return new SileroVad(await loadSession(url, worker, { device: 'wasm', onBytes }));
}
