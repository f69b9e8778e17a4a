import { TimbreError, type ComputeType, type Device, type WorkerConfig } from '../contract';
import { fetchBytes, type OnBytes } from './fetchBytes';
import { externalFiles } from './onnxFile';
import { createSession, type Feeds, type LoadOptions, type Session } from './session';
import { smallDecoder } from './smallDecoder';

/** A model's part in the hub's layout: `onnx/<name>.onnx`, `onnx/<name>_quantized.onnx` (8 bit), … */
export interface WeightFile {
  /** e.g. `encoder_model`. */
  name: string;
  onBytes?: OnBytes | undefined;
  /** The variants to try instead of the device's usual ones: '' is full precision. */
  variants?: readonly string[];
  /** A type of weights to try before those. */
  prefer?: ComputeType | undefined;
  keepOnDevice?: LoadOptions['keepOnDevice'];
  /** Changes the graph's file; undefined where that can't be done, upon which loading fails. */
  patch?: ((bytes: Uint8Array) => Uint8Array | undefined) | undefined;
  /** A decoder of mostly so many rows: where it runs on WASM and is small, it is changed for that (`smallDecoder.ts`). */
  decoderOf?: 'one row' | 'several rows';
  /**
   * A run whose outputs WebGPU must share with WASM before this file is trusted on it (`provenWeights.ts`); undefined for
   * a graph that draws noise, of which no two runs are alike.
   */
  selfTest?: ((session: Session) => { feeds: Feeds; outputs: readonly string[] } | undefined) | undefined;
}

/**
 * 8-bit weights are the fastest on WASM; on a GPU their matrix products would go back to the CPU. Half precision
 * is there only where the person's own model has it: the library offers it to GPUs that can.
 */
const VARIANTS: Record<Device, readonly string[]> = {
  wasm: ['_quantized', '_q4', ''],
  webgpu: ['', '_fp16', '_q4', '_q4f16', '_quantized']
};

const VARIANT_OF: Record<ComputeType, string> = { fp32: '', fp16: '_fp16', q8: '_quantized', q4: '_q4' };

/** The variants of a file in the order in which they are tried. */
export function variantsOf({ variants, prefer }: WeightFile, device: Device): readonly string[] {
  const usual = variants ?? VARIANTS[device];
  return prefer === undefined ? usual : [...new Set([VARIANT_OF[prefer], ...usual])];
}

/** Weights on their device, and which they are. */
export interface LoadedFile {
  session: Session;
  variant: string;
  device: Device;
  /** Of the graph. */
  url: string;
  /** Read for it, external data included. */
  bytes: number;
}

/**
 * Loads the best variant that the model's folder has for the plan's device. 8-bit weights run on WASM, whatever the
 * device: on WebGPU they are slow at best and wrong on some drivers (see docs/decisions).
 * @param folder absolute URL ending in `/`.
 */
export async function loadFile(folder: string, file: WeightFile, config: WorkerConfig): Promise<LoadedFile> {
  const device = config.plan.devices[0] ?? 'wasm';
  for (const variant of variantsOf(file, device)) {
    const url = `${folder}onnx/${file.name}${variant}.onnx`;
    let graph: Uint8Array;
    let externalData: ExternalData;
    try {
      graph = await fetchBytes(url, file.onBytes);
      externalData = await besides(folder, graph, url, file.onBytes);
    } catch (error) {
      if (error instanceof TimbreError && error.code === 'model/missing') continue;
      throw error;
    }
    const chosen = variant === '_quantized' ? 'wasm' : device;
    const options = { name: url, device: chosen, externalData, keepOnDevice: file.keepOnDevice };
    const bytes = externalData.reduce((sum, { data }) => sum + data.length, graph.length);
    const session =
      (file.decoderOf && chosen === 'wasm' && bytes <= LARGEST_SMALL_BYTES
        ? await smallDecoder(graph, file.decoderOf, config, options)
        : undefined) ?? (await createSession(patched(graph, file, url), config, options));
    return { session, variant, device: chosen, url, bytes };
  }
  throw new TimbreError('model/missing', `${folder}onnx/ has no usable ${file.name}`);
}

/** A step of a larger decoder takes so long that it is all one what a run costs beside it; and the file is copied. */
const LARGEST_SMALL_BYTES = 100e6;

type ExternalData = { path: string; data: Uint8Array }[];

/** Weights that are too large for one file lie in others in the same folder (`<name>.onnx_data`). @throws as `fetchBytes`. */
async function besides(
  folder: string,
  bytes: Uint8Array,
  name: string,
  onBytes?: OnBytes
): Promise<ExternalData> {
  let before = bytes.length;
  const found: ExternalData = [];
  for (const path of externalFiles(bytes)) {
    if (!/^[\w-][\w.-]*$/.test(path))
      throw new TimbreError('model/load-failed', `${name} has weights at an odd place: ${path}`);
    const onMore: OnBytes = (loaded, total) => onBytes?.(before + loaded, total && before + total);
    const data = await fetchBytes(`${folder}onnx/${path}`, onMore);
    found.push({ path, data });
    before += data.length;
  }
  return found;
}

function patched(bytes: Uint8Array, { patch }: WeightFile, name: string): Uint8Array {
  if (!patch) return bytes;
  const changed = patch(bytes);
  if (!changed) throw new TimbreError('model/load-failed', `${name} can't be changed as wished`);
  return changed;
}
