/** For tests: a model that loads and runs, and computes something else than it should. */
import { fieldsOf } from './onnxFile';

/** ONNX: a model's graph, a graph's initializers; of a tensor its type and its numbers. */
const [GRAPH, INITIALIZER, DATA_TYPE, RAW_DATA] = [7, 5, 2, 9];
const FLOAT32 = 1;
/** Fewer numbers may be no weights but a shape, or an ε. */
const FEWEST_BYTES = 32;

/**
 * A copy of an ONNX file in whose weights every second number's sign is turned. In all of them: one alone may count for
 * nothing, as OpenVoice's that it multiplies by zero.
 */
export function spoiled(file: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(file);
  const inside = (message: Uint8Array, number: number) =>
    fieldsOf(message).flatMap((field) => (field.number === number && field.wire === 2 ? [field.bytes] : []));
  const isFloat = (tensor: Uint8Array) =>
    fieldsOf(tensor).some(({ number, value }) => number === DATA_TYPE && value === FLOAT32);
  const weights = inside(copy, GRAPH)
    .flatMap((graph) => inside(graph, INITIALIZER))
    .filter(isFloat)
    .flatMap((tensor) => inside(tensor, RAW_DATA))
    .filter(({ length }) => length >= FEWEST_BYTES);
  if (weights.length === 0) throw new Error('a model without weights can not be spoiled');
  for (const numbers of weights) {
    // The sign is the highest bit of a number's last byte. These are views of the copy.
    for (let at = 3; at < numbers.length; at += 8) numbers[at] = (numbers[at] ?? 0) ^ 128;
  }
  return copy;
}
