/** The parts that entries are written with. */
import type { Dtype, Known, Licence, ModelFile, Size, Variant, VariantName } from './types';
import type { SourceId } from './sentences';

/** Of transformers.js: a part's file is `onnx/<part><suffix>.onnx`. */
export const DTYPE_SUFFIX: Readonly<Record<Dtype, string>> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  q4: '_q4',
  q4f16: '_q4f16'
};

/** Beside the weights: code, graphs and buffers of a run, roughly. */
const WORKING_BYTES = 64e6;

/**
 * Memory while a model loads, in bytes. An estimate, not measured: its weights twice, since the file and the
 * runtime's copy of it lie in memory together, and 64 MB to work with.
 */
export function memoryNeeded(weightBytes: number): number {
  return weightBytes === 0 ? 0 : 2 * weightBytes + WORKING_BYTES;
}

/** The named source says so. */
export function says(source: SourceId): Known {
  return { source, verified: true };
}

export const FROM_NOTES = says('model-notes');
export const FROM_MEMORY: Known = { source: 'memory', verified: false };

export function licence(spdx: string, known: Known = FROM_NOTES): Licence {
  return { spdx, commercialUse: true, ...known };
}

export function nonCommercial(spdx: string, known: Known = FROM_NOTES): Licence {
  return { spdx, commercialUse: false, ...known };
}

export function size(bytes: number, precision: Size['precision'], known: Known = FROM_NOTES): Size {
  return { bytes, precision, ...known };
}

/** @param memory where it was measured; else it is estimated from the size. */
export function variant(
  name: VariantName,
  files: readonly ModelFile[],
  of: Size,
  memory?: { bytes: number; known: Known }
): Variant {
  return {
    name,
    files,
    size: of,
    memoryBytes: memory?.bytes ?? memoryNeeded(of.bytes),
    ...(memory ? { memorySource: memory.known } : {})
  };
}

/** A part's weights in the hub's layout. */
export function weights(part: string, dtype: Dtype): ModelFile {
  return { path: `onnx/${part}${DTYPE_SUFFIX[dtype]}.onnx`, dtype };
}

/** The same where the export may keep its numbers in a second file beside the graph. */
export function largeWeights(part: string, dtype: Dtype): ModelFile[] {
  const graph = weights(part, dtype);
  return [graph, { path: `${graph.path}_data`, dtype, optional: true }];
}

export function settings(...paths: string[]): ModelFile[] {
  return paths.map((path) => ({ path }));
}

export function optionalSettings(...paths: string[]): ModelFile[] {
  return paths.map((path) => ({ path, optional: true }));
}
