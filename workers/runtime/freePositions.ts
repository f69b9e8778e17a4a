/**
 * An encoder that adds a table of positions of one length takes windows of that length alone. Its file is
 * changed so that the table is cut to the window at hand: any even number of frames will do then.
 *
 *   Add(x, table)  →  Add(x, Slice(table, [0], Shape(x)[1:2], axes [−2]))
 *
 * with x [batch, positions, width] and the table [positions, width] or [1, positions, width].
 */
import {
  ATTRIBUTE,
  changeGraph,
  dimsOf,
  ELEMENT,
  fieldsOf,
  GRAPH,
  lengthField,
  messagesAt,
  NODE,
  nodeField,
  TENSOR,
  textAt,
  tensorField,
  textField,
  textOf,
  TYPE,
  VALUE_INFO,
  type Field
} from './onnxFile';

/** Names that no exporter gives. */
const OWN = 'timbre_positions';

/**
 * @param positions that the table has.
 * @returns undefined where there is no such table, or the file is not understood.
 */
export function freePositions(file: Uint8Array, positions: number): Uint8Array<ArrayBuffer> | undefined {
  return changeGraph(file, (graph) => patchGraph(graph, positions));
}

function patchGraph(graph: readonly Field[], positions: number): Uint8Array[] | undefined {
  const tables = tablesOf(graph, positions);
  const adds = graph.filter(
    ({ number, bytes }) => number === GRAPH.node && tableAdded(bytes, tables) !== undefined
  );
  const [add] = adds;
  if (!add || adds.length !== 1) return undefined;
  const table = tableAdded(add.bytes, tables) ?? '';
  return graph.flatMap((field): readonly Uint8Array[] => {
    if (field === add) return addOfSlice(add, table);
    // Shapes that were true of one length only; the runtime finds them itself.
    if (field.number === GRAPH.valueInfo) return [];
    if (field.number === GRAPH.input || field.number === GRAPH.output) {
      return lengthField(field.number, ...freeDimensions(field.bytes, [positions, 2 * positions]));
    }
    return [field.raw];
  });
}

/** Names of the constants whose last dimension but one is that of the positions. */
function tablesOf(graph: readonly Field[], positions: number): ReadonlySet<string> {
  const names = new Set<string>();
  const fits = (tensor: readonly Field[]) => dimsOf(tensor).at(-2) === positions;
  for (const tensor of messagesAt(graph, GRAPH.initializer).map(fieldsOf)) {
    if (fits(tensor)) names.add(textAt(tensor, TENSOR.name));
  }
  for (const node of messagesAt(graph, GRAPH.node).map(fieldsOf)) {
    const made = textAt(node, NODE.output);
    const kind = textAt(node, NODE.opType);
    if (kind === 'Constant') {
      const attributes = messagesAt(node, NODE.attribute).map(fieldsOf);
      const tensors = attributes.flatMap((attribute) =>
        messagesAt(attribute, ATTRIBUTE.tensor).map(fieldsOf)
      );
      if (tensors.some(fits)) names.add(made);
    }
    // A table may come through one of these, each of which keeps its shape.
    if (kind === 'Identity' || kind === 'Cast') {
      if (names.has(textAt(node, NODE.input))) names.add(made);
    }
  }
  return names;
}

/** The table that a node adds to something, if it does. */
function tableAdded(node: Uint8Array, tables: ReadonlySet<string>): string | undefined {
  const fields = fieldsOf(node);
  if (textAt(fields, NODE.opType) !== 'Add') return undefined;
  const inputs = messagesAt(fields, NODE.input).map(textOf);
  const found = inputs.filter((name) => tables.has(name));
  return found.length === 1 ? found[0] : undefined;
}

/** Shape, Slice, and the Add with the slice in the table's place; and the constants that they need. */
function addOfSlice(add: Field, table: string): Uint8Array[] {
  const fields = fieldsOf(add.bytes);
  const x = messagesAt(fields, NODE.input).map(textOf).find((name) => name !== table) ?? ''; // prettier-ignore
  const changed = fields.map((field) =>
    field.number === NODE.input && textOf(field.bytes) === table
      ? textField(NODE.input, `${OWN}_table`)
      : field.raw
  );
  return [
    ...nodeField('Shape', [x], [`${OWN}_shape`]),
    ...nodeField('Slice', [`${OWN}_shape`, `${OWN}_1`, `${OWN}_2`], [`${OWN}_length`]),
    ...nodeField('Slice', [table, `${OWN}_0`, `${OWN}_length`, `${OWN}_axis`], [`${OWN}_table`]),
    ...lengthField(GRAPH.node, ...changed),
    ...constant(`${OWN}_0`, 0),
    ...constant(`${OWN}_1`, 1),
    ...constant(`${OWN}_2`, 2),
    ...constant(`${OWN}_axis`, -2)
  ];
}

/** An initializer: a list of one int64. */
function constant(name: string, value: number): readonly Uint8Array[] {
  return tensorField(name, ELEMENT.int64, [1], BigInt64Array.of(BigInt(value)));
}

/** A ValueInfoProto in which dimensions of these lengths are free. */
function freeDimensions(info: Uint8Array, lengths: readonly number[]): readonly Uint8Array[] {
  const path = [VALUE_INFO.type, TYPE.tensor, TYPE.shape, TYPE.dimension];
  const change = (message: Uint8Array, depth: number): readonly Uint8Array[] =>
    fieldsOf(message).flatMap((field): readonly Uint8Array[] => {
      if (depth === path.length) {
        const free = field.number === TYPE.length && field.wire === 0 && lengths.includes(field.value);
        return [free ? textField(TYPE.symbol, `${OWN}_${field.value}`) : field.raw];
      }
      if (field.number !== path[depth] || field.wire !== 2) return [field.raw];
      return lengthField(field.number, ...change(field.bytes, depth + 1));
    });
  return change(info, 0);
}
