import type { Tensor } from 'onnxruntime-common';
import { describe, expect, test } from 'vitest';
import { firstPlaces, floats, integers, selectRows } from './tensors';

describe('rows of a tensor', () => {
  const numbers = floats(Float32Array.from({ length: 12 }, (_, i) => i), [4, 3]); // prettier-ignore
  const of = (rows: number[]) => rows.flatMap((row) => [3 * row, 3 * row + 1, 3 * row + 2]);

  test.each([[[0, 2]], [[3, 1]], [[1, 1, 1]], [[2]], [[1, 2]], [[0, 1, 2, 3]], [[3]]])('%j', (rows) => {
    const chosen = selectRows(numbers, rows);
    expect(chosen.dims).toEqual([rows.length, 3]);
    expect(Array.from(chosen.data as Float32Array)).toEqual(of(rows));
  });

  test('rows of rows', () => {
    const chosen = selectRows(selectRows(selectRows(numbers, [1, 2, 3]), [0, 2]), [1]);
    expect(Array.from(chosen.data as Float32Array)).toEqual(of([3]));
  });

  test('those one behind the other share the numbers, others have their own', () => {
    const memory = (tensor: Tensor) => (tensor.data as Float32Array).buffer;
    expect(memory(selectRows(numbers, [2, 3]))).toBe(memory(numbers));
    expect(memory(selectRows(numbers, [1, 3]))).not.toBe(memory(numbers));
  });

  test('of whole numbers', () => {
    const chosen = selectRows(integers([1, 2, 3, 4], [2, 2]), [1, 0]);
    expect(Array.from(chosen.data as BigInt64Array, Number)).toEqual([3, 4, 1, 2]);
  });
});

test('the first places of each head of each row', () => {
  // [2 rows, 2 heads, 3 places, 2 numbers], each its own place.
  const places = Array.from({ length: 24 }, (_, i) => Math.floor(i / 2) % 3);
  const tensor = floats(Float32Array.from(places), [2, 2, 3, 2]);
  const first = firstPlaces(tensor, 2);
  expect(first.dims).toEqual([2, 2, 2, 2]);
  expect(Array.from(first.data as Float32Array)).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1]);
  expect(firstPlaces(tensor, 3)).toBe(tensor);
});
