/**
 * Whether an encoder of one length may be used for shorter windows, by a change in its file. The change itself
 * is exact, but a model that was trained on padded windows may say something else without the padding: so the
 * first fitting window is heard both ways, and the changed encoder is kept only if both give the same text.
 */
import type { WorkerConfig } from '../../../contract';
import {
  freePositions,
  loadWeights,
  openGoldenStore,
  type GoldenStore,
  type Session
} from '../../../runtime';
import type { WhisperConfig } from './config';

/** Silence after a short window, in frames of 10 ms: the model is used to hearing that a speaker has ended. */
export const TAIL_FRAMES = 100;
/** Larger encoders are not loaded a second time: that could take all the memory there is. */
const LARGEST_BYTES = 150e6;
/** Most that the hidden states of a whole window may differ. */
export const HIDDEN_TOLERANCE = 1e-3;

/** For one model on one device. */
export interface ShortWindows {
  /** Undefined: not tried yet. */
  verdict(): Promise<boolean | undefined>;
  remember(kept: boolean): Promise<void>;
  /** The changed encoder. @throws TimbreError 'model/load-failed' where it can't be changed. */
  open(onBytes?: (loaded: number, total: number) => void): Promise<Session>;
}

let shared: GoldenStore | undefined;

/** @param folder the model's absolute URL, ending in `/`. */
export function shortWindowsOf(
  folder: string,
  config: WhisperConfig,
  worker: WorkerConfig,
  store: GoldenStore = (shared ??= openGoldenStore())
): ShortWindows {
  const { transcriberType } = worker;
  const key = [folder, 'short-windows', transcriberType ?? 'auto', worker.plan.devices[0] ?? 'wasm'].join(
    '#'
  );
  const positions = config.windowFrames / 2;
  return {
    async verdict() {
      const kept = (await store.get(key))?.['kept']?.values[0];
      return kept === undefined ? undefined : kept === 1;
    },
    remember: (kept) => store.set(key, { kept: { dims: [1], values: Float32Array.of(kept ? 1 : 0) } }),
    open: (onBytes) =>
      loadWeights(
        folder,
        {
          name: 'encoder_model',
          prefer: transcriberType,
          onBytes,
          patch: (bytes) => (bytes.length > LARGEST_BYTES ? undefined : freePositions(bytes, positions))
        },
        worker
      )
  };
}
