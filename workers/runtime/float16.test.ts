import { expect, test } from 'vitest';
import { asHalf, fromHalfBits, halfData, toHalfBits } from './float16';
import { floatData, floats, selectRows } from './tensors';

test('half precision: known numbers, ties to even, overflow, the smallest', () => {
  const bits = (value: number) => toHalfBits(Float32Array.of(value))[0];
  expect(bits(0)).toBe(0);
  expect(bits(-0)).toBe(0x8000);
  expect(bits(1)).toBe(0x3c00);
  expect(bits(-2)).toBe(0xc000);
  expect(bits(65504)).toBe(0x7bff);
  expect(bits(65520)).toBe(0x7c00);
  expect(bits(-1e9)).toBe(0xfc00);
  expect(bits(2 ** -24)).toBe(1);
  expect(bits(2 ** -25)).toBe(0);
  expect(bits(3 * 2 ** -25)).toBe(2);
  expect(bits(2 ** -14)).toBe(0x400);
  expect(bits(1 + 2 ** -11)).toBe(0x3c00);
  expect(bits(1 + 3 * 2 ** -11)).toBe(0x3c02);
  expect(bits(NaN)).toBe(0x7e00);
});

test('every finite half-precision number survives there and back', () => {
  const all = Uint16Array.from({ length: 1 << 16 }, (_, i) => i).filter((half) => (half & 0x7c00) !== 0x7c00);
  expect(toHalfBits(fromHalfBits(all))).toEqual(all);
});

test('tensors: to half precision, back, and rows of them', () => {
  const half = asHalf(floats(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]));
  expect(half.type).toBe('float16');
  expect(halfData(half)).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  const rows = selectRows(half, [2, 0, 2, 1]);
  expect(rows.dims).toEqual([4, 2]);
  expect(floatData(rows, 'rows')).toEqual(Float32Array.of(5, 6, 1, 2, 5, 6, 3, 4));
  expect(selectRows(half, [0, 1, 2])).toBe(half);
});
