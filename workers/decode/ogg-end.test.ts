import { expect, it } from 'vitest';
import { wholePagesLength } from './ogg-end';

/** A page with one segment of `body` bytes. */
const page = (body: number) =>
  new Uint8Array([
    ...new TextEncoder().encode('OggS'),
    ...new Array<number>(22).fill(0),
    1,
    body,
    ...new Array<number>(body).fill(7)
  ]);

it('finds where the last whole page ends, wherever the file was cut', () => {
  const file = new Uint8Array([...page(100), ...page(50)]);
  expect(wholePagesLength(file)).toBe(file.length);
  expect(wholePagesLength(file.subarray(0, 128))).toBe(128);
  for (const length of [133, 154, 155, 156, 177])
    expect(wholePagesLength(file.subarray(0, length))).toBe(128);
  for (const length of [60, 127]) expect(wholePagesLength(file.subarray(0, length))).toBe(0);
  expect(wholePagesLength(new Uint8Array(10))).toBe(10);
});
