import { TimbreError, type ComputeType, type Device, type WorkerConfig } from '../contract';
import { fetchBytes, type OnBytes } from './fetchBytes';
import { compareSessions } from './selfTest';
import { createSession, type Feeds, type Session } from './session';

/** A model's part in the hub's layout: `onnx/<name>.onnx`, `onnx/<name>_quantized.onnx` (8 bit), … */
export interface WeightFile {
  /** e.g. `encoder_model`. */
  name: string;
  onBytes?: OnBytes | undefined;
  /** The variants to try instead of the device's usual ones: '' is full precision. */
  variants?: readonly string[];
  /** A type of weights to try before those. */
  prefer?: ComputeType | undefined;
  /** A run whose outputs WebGPU must share with WASM before this file is trusted on it. */
  selfTest?: ((session: Session) => { feeds: Feeds; outputs: readonly string[] }) | undefined;
}

/** Some GPUs compute one family of weights wrongly and say nothing; half precision alone is off by less than this. */
const AGREEMENT = 0.05;
/** Larger files are not loaded a second time for the comparison: that could take all the memory there is. */
const LARGEST_COMPARED_BYTES = 300e6;

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

/**
 * Loads the best variant that the model's folder has for the plan's device. 8-bit weights run on WASM, whatever the
 * device: on WebGPU they are slow at best and wrong on some drivers (see docs/decisions).
 * @param folder absolute URL ending in `/`.
 */
export async function loadWeights(folder: string, file: WeightFile, config: WorkerConfig): Promise<Session> {
  const device = config.plan.devices[0] ?? 'wasm';
  for (const variant of variantsOf(file, device)) {
    const url = `${folder}onnx/${file.name}${variant}.onnx`;
    let bytes: Uint8Array;
    try {
      bytes = await fetchBytes(url, file.onBytes);
    } catch (error) {
      if (error instanceof TimbreError && error.code === 'model/missing') continue;
      throw error;
    }
    const chosen = variant === '_quantized' ? 'wasm' : device;
    const session = await createSession(bytes, config, { name: url, device: chosen });
    if (chosen !== 'wasm' && file.selfTest && bytes.length <= LARGEST_COMPARED_BYTES) {
      await expectAgreement(session, bytes, config, url, file.selfTest(session));
    }
    return session;
  }
  throw new TimbreError('model/missing', `${folder}onnx/ has no usable ${file.name}`);
}

/** @throws TimbreError 'model/run-failed' when the session computes something else than WASM does. */
async function expectAgreement(
  session: Session,
  bytes: Uint8Array,
  config: WorkerConfig,
  name: string,
  { feeds, outputs }: { feeds: Feeds; outputs: readonly string[] }
): Promise<void> {
  const reference = await createSession(bytes, config, { name, device: 'wasm' });
  try {
    const { agrees, difference } = await compareSessions(session, reference, () => feeds, outputs, AGREEMENT);
    if (!agrees) throw new TimbreError('model/run-failed', `${name} differs from WASM by ${difference}`);
  } finally {
    await reference.release();
  }
}
