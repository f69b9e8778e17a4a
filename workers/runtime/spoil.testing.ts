/** For tests: a model that loads and runs, and computes something else than it should. */
import { fieldsOf } from './onnxFile';

/** ONNX: a model's graph, a graph's initializers, a tensor's numbers. */
const [GRAPH, INITIALIZER, RAW_DATA] = [7, 5, 9];

/** A copy of an ONNX file (float32 weights) whose largest weight has every second number's sign turned. */
export function spoiled(file: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(file);
  const inside = (message: Uint8Array, number: number) =>
    fieldsOf(message).flatMap((field) => (field.number === number && field.wire === 2 ? [field.bytes] : []));
  const weights = inside(copy, GRAPH)
    .flatMap((graph) => inside(graph, INITIALIZER))
    .flatMap((tensor) => inside(tensor, RAW_DATA));
  const [largest] = weights.sort((a, b) => b.length - a.length);
  if (!largest) throw new Error('a model without weights can not be spoiled');
  // The sign is the highest bit of a number's last byte. These are views of the copy.
  for (let at = 3; at < largest.length; at += 8) largest[at] = (largest[at] ?? 0) ^ 128;
  return copy;
}
