/** Half-precision numbers (IEEE 754 binary16), for models whose inputs or outputs are of that type. */
import { ort } from './ort';
import type { Tensor } from 'onnxruntime-common';

const word = new Float32Array(1);
const bits = new Uint32Array(word.buffer);

/** Nearest half-precision number of each, ties to even, as its 16 bits. */
export function toHalfBits(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, (value) => {
    word[0] = value;
    const all = bits[0] as number;
    const sign = (all >>> 16) & 0x8000;
    const exponent = (all >>> 23) & 0xff;
    const fraction = all & 0x7fffff;
    if (exponent === 0xff) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
    const half = exponent - 112;
    if (half >= 31) return sign | 0x7c00;
    // Below the smallest normal number the leading one is written out, shifted to where it counts.
    if (half < -10) return sign;
    const shift = half > 0 ? 13 : 14 - half;
    const significand = half > 0 ? fraction : fraction | 0x800000;
    const rest = significand & ((1 << shift) - 1);
    const halfway = 1 << (shift - 1);
    let kept = significand >>> shift;
    if (rest > halfway || (rest === halfway && (kept & 1) === 1)) kept++;
    // A carry out of the fraction is one more in the exponent, which is what is meant.
    return sign | ((half > 0 ? half << 10 : 0) + kept);
  });
}

export function fromHalfBits(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** A float32 tensor as float16, in the form that this browser's runtime takes. */
export function asHalf(tensor: Tensor): Tensor {
  const { data } = tensor;
  if (tensor.type !== 'float32' || !(data instanceof Float32Array)) return tensor;
  const halves = toHalfBits(data);
  // Where the language has half-precision arrays the runtime wants them; elsewhere the bits.
  const Halves = (globalThis as unknown as { Float16Array?: new (buffer: ArrayBufferLike) => Uint16Array })
    .Float16Array;
  return new ort.Tensor('float16', Halves ? new Halves(halves.buffer) : halves, tensor.dims);
}

/** The numbers of a float16 tensor that lies in memory. */
export function halfData(tensor: Tensor): Float32Array | undefined {
  const { data, type } = tensor;
  if (type !== 'float16' || !ArrayBuffer.isView(data)) return undefined;
  return fromHalfBits(new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2));
}
