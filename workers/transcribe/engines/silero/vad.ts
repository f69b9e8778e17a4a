import type { Tensor } from 'onnxruntime-common';
import { TimbreError, type WorkerConfig } from '../../../contract';
import { floatData, floats, loadSession, type OnBytes, type Session } from '../../../runtime';

/** Samples that each probability stands for: 32 ms at 16 kHz. */
export const VAD_HOP = 512;
/** Samples before the hop that the model is given with it. Without them it hears almost nothing. */
const CONTEXT = 64;
const STATE_SIZE = 2 * 128;
/** Hops of one run, about 8 s: enough to be quick, few enough for a true fraction and little memory. */
const HOPS_AT_ONCE = 256;

/**
 * Silero voice activity v6 as one graph over many hops (models/vad/whole.py; hop by hop it took ten times as
 * long): input f32[hops, 64 + 512], state f32[2, 1, 128] → output f32[hops], stateN.
 */
export class SileroVad {
  constructor(private readonly session: Session) {
    for (const name of ['input', 'state']) {
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
      const input = floats(hopsWithContext(samples, from, to), [to - from, CONTEXT + VAD_HOP]);
      const { output, stateN } = await this.session.run({ input, state });
      if (!stateN) throw new TimbreError('model/run-failed', 'the voice-activity model gave no stateN');
      state = stateN;
      probabilities.set(floatData(output, 'output'), from);
      onFraction?.(to / hops);
    }
    return probabilities;
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

/** Row by row; silence before the first sample and after the last. */
function hopsWithContext(samples: Float32Array, from: number, to: number): Float32Array {
  const width = CONTEXT + VAD_HOP;
  const rows = new Float32Array((to - from) * width);
  for (let hop = from; hop < to; hop++) {
    const begin = hop * VAD_HOP - CONTEXT;
    const heard = samples.subarray(Math.max(0, begin), begin + width);
    rows.set(heard, (hop - from) * width + Math.max(0, -begin));
  }
  return rows;
}

/** Always on WASM: its LSTM waits for itself at every hop. @param url absolute. */
export async function loadVad(url: string, worker: WorkerConfig, onBytes?: OnBytes): Promise<SileroVad> {
  return new SileroVad(await loadSession(url, worker, { device: 'wasm', onBytes }));
}
