import type { Tensor } from 'onnxruntime-common';
import { TimbreError } from '../../../contract';
import { floats, integers } from '../../../runtime';

/** A tensor of some rows (first dimension) of another, in the order given; a row may come several times. */
export function selectRows(tensor: Tensor, rows: readonly number[]): Tensor {
  const [count = 0, ...rest] = tensor.dims;
  if (rows.length === count && rows.every((row, i) => row === i)) return tensor;
  const size = rest.reduce((product, dimension) => product * dimension, 1);
  const dims = [rows.length, ...rest];
  const data = tensor.data;
  if (data instanceof Float32Array)
    return floats(gather(data, new Float32Array(rows.length * size), rows, size), dims);
  if (data instanceof BigInt64Array)
    return integers(gather(data, new BigInt64Array(rows.length * size), rows, size), dims);
  throw new TimbreError('model/run-failed', `rows of ${tensor.type} numbers can't be chosen`);
}

function gather<T extends Float32Array | BigInt64Array>(
  from: T,
  to: T,
  rows: readonly number[],
  size: number
): T {
  rows.forEach((row, place) =>
    (to as Float32Array).set((from as Float32Array).subarray(row * size, (row + 1) * size), place * size)
  );
  return to;
}
