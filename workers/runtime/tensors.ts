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

/** A tensor of some rows (first dimension) of another, in the order given; a row may come several times. */
export function selectRows(tensor: Tensor, rows: readonly number[]): Tensor {
  const [count = 0, ...rest] = tensor.dims;
  if (rows.length === count && rows.every((row, i) => row === i)) return tensor;
  const { data, type } = tensor;
  if (Array.isArray(data)) throw new TimbreError('model/run-failed', `rows of ${type} can't be chosen`);
  const size = rest.reduce((product, dimension) => product * dimension, 1);
  // Rows are moved as bytes, so that it is all one of what type the numbers are.
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const rowBytes = size * data.BYTES_PER_ELEMENT;
  const chosen = new Uint8Array(rows.length * rowBytes);
  rows.forEach((row, place) =>
    chosen.set(bytes.subarray(row * rowBytes, (row + 1) * rowBytes), place * rowBytes)
  );
  const Numbers = data.constructor as new (buffer: ArrayBuffer) => typeof data;
  return new ort.Tensor(type, new Numbers(chosen.buffer), [rows.length, ...rest]);
}
