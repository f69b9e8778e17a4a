/** Loads a model's file and has it prove itself on its device before anything else runs on it. */
import type { WorkerConfig } from '../contract';
import { deviceWatch, isGpuDevice } from './deviceWatch';
import { openGoldenStore, type GoldenStore } from './goldenStore';
import { ort } from './ort';
import { prove } from './prove';
import type { Session } from './session';
import { loadFile, type WeightFile } from './weights';

/** Larger files are not loaded a second time for the comparison: that could take all the memory there is. */
const LARGEST_COMPARED_BYTES = 300e6;

let kept: GoldenStore | undefined;

/**
 * The best variant that the folder has for the plan's device, tested there (`prove`).
 * @param folder absolute URL ending in `/`.
 * @throws TimbreError 'model/missing', 'model/load-failed', 'model/run-failed' (the self-test), 'network/offline'.
 */
export async function loadWeights(
  folder: string,
  file: WeightFile,
  config: WorkerConfig,
  store: GoldenStore = (kept ??= openGoldenStore())
): Promise<Session> {
  const { session, variant, device, url, bytes } = await loadFile(folder, file, config);
  if (device === 'webgpu') await watchGpu();
  const test = file.selfTest?.(session);
  if (!test) return session;
  const onWasm: WorkerConfig = { ...config, plan: { ...config.plan, devices: ['wasm'] } };
  // As it is on a GPU.
  const { decoderOf: _, ...unchanged } = file;
  const same: WeightFile = { ...unchanged, variants: [variant], prefer: undefined, onBytes: undefined };
  const candidate = {
    // A patched graph is another graph.
    url: file.patch ? `${url}#patched` : url,
    variant,
    device,
    session,
    test,
    reference:
      bytes <= LARGEST_COMPARED_BYTES ? async () => (await loadFile(folder, same, onWasm)).session : undefined
  };
  await prove(candidate, store);
  return session;
}

/** The runtime makes its device with its first session on the GPU, and shows it. */
async function watchGpu(): Promise<void> {
  const device: unknown = await ort.env.webgpu.device;
  if (isGpuDevice(device)) deviceWatch.watch(device);
}
