import type { Tensor } from 'onnxruntime-common';
import { TimbreError } from '../contract';
import { halfData } from './float16';
import { ort } from './ort';

export function floats(data: Float32Array, dims: readonly number[]): Tensor {
  return new ort.Tensor('float32', data, dims);
}

export function integers(data: readonly number[] | BigInt64Array, dims: readonly number[]): Tensor {
  return new ort.Tensor(
    'int64',
    data instanceof BigInt64Array ? data : BigInt64Array.from(data, BigInt),
    dims
  );
}

export function boolean(value: boolean): Tensor {
  return new ort.Tensor('bool', [value], [1]);
}

/** The numbers of a float output, of single or half precision, that lies in memory. @throws TimbreError 'model/run-failed' when it is missing or of another type. */
export function floatData(tensor: Tensor | undefined, name: string): Float32Array {
  const data = tensor && (halfData(tensor) ?? tensor.data);
  if (!(data instanceof Float32Array))
    throw new TimbreError('model/run-failed', `the model gave no numbers named ${name}`);
  return data;
}

/**
 * A tensor of some rows (first dimension) of another, in the order given; a row may come several times. Rows that lie one
 * behind the other are not copied: they share the numbers of `tensor`.
 */
export function selectRows(tensor: Tensor, rows: readonly number[]): Tensor {
  const [count = 0, ...rest] = tensor.dims;
  if (rows.length === count && rows.every((row, i) => row === i)) return tensor;
  return gathered(tensor, rows, count, [rows.length, ...rest]);
}

/** Of [rows, positions, …], no position. */
export function withoutPositions(tensor: Tensor): Tensor {
  const [rows = 0, , ...rest] = tensor.dims;
  return floats(new Float32Array(0), [rows, 0, ...rest]);
}

/** A tensor of the first places (of the third dimension of four) of another. */
export function firstPlaces(tensor: Tensor, places: number): Tensor {
  const [rows = 0, heads = 0, all = 0, size = 0] = tensor.dims;
  if (places >= all) return tensor;
  const blocks = Array.from({ length: rows * heads }, (_, block) => block);
  return gathered(tensor, blocks, rows * heads, [rows, heads, places, size]);
}

/** @param blocks of `count` that a tensor is cut into; of each its beginning, as much as `dims` have room for. */
function gathered(tensor: Tensor, blocks: readonly number[], count: number, dims: readonly number[]): Tensor {
  const { data, type } = tensor;
  if (Array.isArray(data)) throw new TimbreError('model/run-failed', `parts of ${type} can't be chosen`);
  const Numbers = data.constructor as new (buffer: ArrayBufferLike, from?: number, length?: number) => typeof data; // prettier-ignore
  const elements = dims.reduce((product, dimension) => product * dimension, 1);
  const apart = data.byteLength / count;
  const length = (elements * data.BYTES_PER_ELEMENT) / blocks.length;
  const [first = 0] = blocks;
  if (length === apart && blocks.every((block, i) => block === first + i))
    return new ort.Tensor(type, new Numbers(data.buffer, data.byteOffset + first * apart, elements), dims);
  // Moved as bytes, so that it is all one of what type the numbers are.
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const chosen = new Uint8Array(blocks.length * length);
  blocks.forEach((block, place) =>
    chosen.set(bytes.subarray(block * apart, block * apart + length), place * length)
  );
  return new ort.Tensor(type, new Numbers(chosen.buffer), dims);
}
