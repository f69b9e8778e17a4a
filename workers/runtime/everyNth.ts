/**
 * A graph that gives only every n-th of an output's positions. Done by the graph itself, what nobody needs is not copied out
 * of the runtime's memory, where a copy costs a tenth of what it costs outside.
 *
 *   … → output  becomes  … → Slice(·, from 0, axis 1, every n-th) → output
 */
import {
  changeGraph,
  ELEMENT,
  fieldsOf,
  GRAPH,
  lengthField,
  NODE,
  nodeField,
  outputNamesOf,
  tensorField,
  textField,
  textOf,
  type Field
} from './onnxFile';

/** Names that no exporter gives. */
const OWN = 'timbre_nth';
/** Further than any output goes. */
const END = 2n ** 31n - 1n;

/**
 * @param output [rows, positions, …], made and read outside of branches. @param n > 1; the first position is kept.
 * @returns undefined where there is no such output, or the file is not understood.
 */
export function everyNth(file: Uint8Array, output: string, n: number): Uint8Array<ArrayBuffer> | undefined {
  return changeGraph(file, (graph) => {
    if (!outputNamesOf(graph).includes(output)) return undefined;
    const numbers = { from: 0n, end: END, axis: 1n, step: BigInt(n) };
    const inputs = Object.keys(numbers).map((name) => `${OWN}.${name}`);
    return [
      ...graph.flatMap((field) => (field.number === GRAPH.node ? renamed(field, output) : [field.raw])),
      ...nodeField('Slice', [`${OWN}.${output}`, ...inputs], [output]),
      ...Object.entries(numbers).flatMap(([name, value]) =>
        tensorField(`${OWN}.${name}`, ELEMENT.int64, [1], BigInt64Array.of(value))
      )
    ];
  });
}

/** The node with what it makes or reads under that name called otherwise. */
function renamed(node: Field, name: string): readonly Uint8Array[] {
  const isIt = ({ number, bytes }: Field) =>
    (number === NODE.input || number === NODE.output) && textOf(bytes) === name;
  const fields = fieldsOf(node.bytes);
  if (!fields.some(isIt)) return [node.raw];
  return lengthField(
    GRAPH.node,
    ...fields.map((field) => (isIt(field) ? textField(field.number, `${OWN}.${name}`) : field.raw))
  );
}
