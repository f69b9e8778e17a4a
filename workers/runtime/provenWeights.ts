/** Loads a model's file and has it prove itself on its device before anything else runs on it. */
import { TimbreError, type Device, type WorkerConfig } from '../contract';
import { deviceWatch, isGpuDevice } from './deviceWatch';
import { openGoldenStore, type GoldenStore } from './goldenStore';
import { ort } from './ort';
import { prove } from './prove';
import type { Session } from './session';
import { loadWeights as loadFile, variantsOf, type WeightFile } from './weights';

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
  const first = config.plan.devices[0] ?? 'wasm';
  for (const variant of variantsOf(file, first)) {
    const part = partOf(file, variant);
    let bytes = 0;
    const onBytes: WeightFile['onBytes'] = (loaded, total) => {
      bytes = loaded;
      file.onBytes?.(loaded, total);
    };
    let session: Session;
    try {
      session = await loadFile(folder, { ...part, onBytes }, config);
    } catch (error) {
      if (error instanceof TimbreError && error.code === 'model/missing') continue;
      throw error;
    }
    // As in weights.ts: 8-bit weights run on WASM, whatever the device.
    const device: Device = variant === '_quantized' ? 'wasm' : first;
    if (device === 'webgpu') await watchGpu();
    if (file.selfTest) {
      const onWasm: WorkerConfig = { ...config, plan: { ...config.plan, devices: ['wasm'] } };
      const candidate = {
        // A patched graph is another graph.
        url: `${folder}onnx/${file.name}${variant}.onnx${file.patch ? '#patched' : ''}`,
        variant,
        device,
        session,
        test: file.selfTest(session),
        reference: bytes <= LARGEST_COMPARED_BYTES ? () => loadFile(folder, part, onWasm) : undefined
      };
      await prove(candidate, store);
    }
    return session;
  }
  throw new TimbreError('model/missing', `${folder}onnx/ has no usable ${file.name}`);
}

/** One variant of a file, without its test: `weights.ts` only loads it. */
function partOf(file: WeightFile, variant: string): WeightFile {
  return { ...file, variants: [variant], prefer: undefined, selfTest: undefined, onBytes: undefined };
}

/** The runtime makes its device with its first session on the GPU, and shows it. */
async function watchGpu(): Promise<void> {
  const device: unknown = await ort.env.webgpu.device;
  if (isGpuDevice(device)) deviceWatch.watch(device);
}
