import type { Tensor } from 'onnxruntime-common';
import { TimbreError } from '../contract';
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

/** The numbers of a float output that lies in memory. @throws TimbreError 'model/run-failed' when it is missing or of another type. */
export function floatData(tensor: Tensor | undefined, name: string): Float32Array {
  const data = tensor?.data;
  if (!(data instanceof Float32Array))
    throw new TimbreError('model/run-failed', `the model gave no numbers named ${name}`);
  return data;
}
