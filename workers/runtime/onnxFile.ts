/**
 * As much of the ONNX file format as is needed to look into a graph and to change little things in it without
 * decoding the rest. Protocol buffers' wire format; field numbers: onnx.proto3 (github.com/onnx/onnx).
 */

/** One field of a message as it lies in the file. */
export interface Field {
  number: number;
  /** 0 varint, 1 eight bytes, 2 a length and so many bytes, 5 four bytes. */
  wire: number;
  /** Of a varint; of others 0. */
  value: number;
  /** Of wire 2: its content; of others: nothing. A view of the file. */
  bytes: Uint8Array;
  /** The whole field with its tag. A view of the file. */
  raw: Uint8Array;
}

/** @throws RangeError where the bytes are no message. */
export function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  /** Beyond 2⁵³ the value loses its last digits, which no field that is read here has. */
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++];
      if (byte === undefined || scale > 2 ** 63) throw new RangeError('not a protocol buffer');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const from = at;
    const tag = varint();
    const wire = tag % 8;
    let value = 0;
    let bytes = message.subarray(0, 0);
    if (wire === 0) value = varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      bytes = message.subarray(at, at + length);
      at += length;
    } else throw new RangeError(`unknown wire type ${wire}`);
    if (at > message.length) throw new RangeError('a field is longer than its message');
    fields.push({ number: Math.floor(tag / 8), wire, value, bytes, raw: message.subarray(from, at) });
  }
  return fields;
}

export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function varintBytes(value: number): number[] {
  const out: number[] = [];
  while (value >= 128) {
    out.push((value % 128) + 128);
    value = Math.floor(value / 128);
  }
  return [...out, value];
}

/** Pieces of a file, joined only once. */
export type Pieces = readonly Uint8Array[];

export const sizeOf = (pieces: Pieces): number => pieces.reduce((sum, { length }) => sum + length, 0);

/** A field of wire 2. */
export function lengthField(number: number, ...content: Pieces): Pieces {
  return [Uint8Array.from([...varintBytes(number * 8 + 2), ...varintBytes(sizeOf(content))]), ...content];
}

export function numberField(number: number, value: number): Uint8Array {
  return Uint8Array.from([...varintBytes(number * 8), ...varintBytes(value)]);
}

export function textField(number: number, text: string): Uint8Array {
  return joined(lengthField(number, new TextEncoder().encode(text)));
}

export function joined(pieces: Pieces): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(sizeOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** Field numbers. */
export const MODEL = { graph: 7, opsets: 8, properties: 14 } as const;
/** Of a property, and of what says where weights lie. */
const ENTRY = { key: 1, value: 2 } as const;
export const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;
export const VALUE_INFO = { name: 1, type: 2 } as const;
export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5 } as const;
export const ATTRIBUTE = { name: 1, int: 3, tensor: 5, graph: 6, type: 20 } as const;
/** TypeProto, and within it Tensor; of a dimension of the shape. */
export const TYPE = { tensor: 1, elements: 1, shape: 2, dimension: 1, length: 1, symbol: 2 } as const;
/** Numbers of element types. */
export const ELEMENT = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 } as const;
export const TENSOR = { dims: 1, dataType: 2, floatData: 4, int32Data: 5, int64Data: 7, name: 8, rawData: 9, externalData: 13, dataLocation: 14 } as const; // prettier-ignore

/** First text of a field. */
export function textAt(fields: readonly Field[], number: number): string {
  const found = fields.find((field) => field.number === number);
  return found ? textOf(found.bytes) : '';
}

/** The sub-messages of a field. */
export function messagesAt(fields: readonly Field[], number: number): Uint8Array[] {
  return fields.filter((field) => field.number === number && field.wire === 2).map(({ bytes }) => bytes);
}

/** A tensor's dimensions. */
export function dimsOf(tensor: readonly Field[]): number[] {
  return varintsAt(tensor, TENSOR.dims);
}

/** The whole numbers of a field. Lists of numbers come packed or one by one; negative ones are far above 2³¹. */
export function varintsAt(fields: readonly Field[], number: number): number[] {
  return fields.filter((field) => field.number === number).flatMap((field) =>
    field.wire === 0 ? [field.value] : packed(field.bytes)
  ); // prettier-ignore
}

function packed(bytes: Uint8Array): number[] {
  const values: number[] = [];
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 127) * scale;
    scale *= 128;
    if (byte >= 128) continue;
    values.push(value);
    value = 0;
    scale = 1;
  }
  return values;
}

/**
 * The file with another graph.
 * @param change gives the new graph's fields, or undefined where it can't be changed.
 * @returns undefined there, and where the file is not understood.
 */
export function changeGraph(
  file: Uint8Array,
  change: (graph: readonly Field[], model: readonly Field[]) => Pieces | undefined
): Uint8Array<ArrayBuffer> | undefined {
  try {
    const model = fieldsOf(file);
    const [graph, ...others] = messagesAt(model, MODEL.graph);
    const changed = graph && others.length === 0 ? change(fieldsOf(graph), model) : undefined;
    return (
      changed &&
      joined(
        model.flatMap((field) =>
          field.number === MODEL.graph ? lengthField(MODEL.graph, ...changed) : [field.raw]
        )
      )
    );
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A graph's node, named by its first output. @param attributes as `attribute` gives them. */
export function nodeField(
  kind: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Pieces = []
): Pieces {
  return lengthField(
    GRAPH.node,
    ...inputs.map((input) => textField(NODE.input, input)),
    ...outputs.map((output) => textField(NODE.output, output)),
    textField(NODE.name, `${outputs[0] ?? kind}_node`),
    textField(NODE.opType, kind),
    ...attributes
  );
}

/** An initializer whose numbers lie in the file as bytes. */
export function tensorField(
  name: string,
  elements: number,
  dims: readonly number[],
  numbers: ArrayBufferView<ArrayBufferLike>
): Pieces {
  return lengthField(
    GRAPH.initializer,
    ...dims.map((length) => numberField(TENSOR.dims, length)),
    numberField(TENSOR.dataType, elements),
    textField(TENSOR.name, name),
    ...lengthField(TENSOR.rawData, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
  );
}

/**
 * The names of the files beside an ONNX file that hold its weights, each once. Empty for a file that holds them itself,
 * and for bytes that are no ONNX file.
 */
export function externalFiles(file: Uint8Array): string[] {
  return orNone(() => {
    const found = new Set<string>();
    for (const graph of messagesAt(fieldsOf(file), MODEL.graph)) collectExternal(graph, found);
    return [...found];
  });
}

/** What a file says of itself under a name; undefined where it doesn't, and for bytes that are no ONNX file. */
export function propertyOf(file: Uint8Array, name: string): string | undefined {
  const [value] = orNone(() =>
    messagesAt(fieldsOf(file), MODEL.properties)
      .map(fieldsOf)
      .filter((entry) => textAt(entry, ENTRY.key) === name)
      .map((entry) => textAt(entry, ENTRY.value))
  );
  return value;
}

/** The names of a file's outputs. Empty for bytes that are no ONNX file. */
export function outputsOf(file: Uint8Array): string[] {
  return orNone(() => messagesAt(fieldsOf(file), MODEL.graph).map(fieldsOf).flatMap(outputNamesOf));
}

/** The names of a graph's outputs. */
export function outputNamesOf(graph: readonly Field[]): string[] {
  return messagesAt(graph, GRAPH.output).map((info) => textAt(fieldsOf(info), VALUE_INFO.name));
}

/** What is wrong with a file the runtime says better. */
function orNone(read: () => string[]): string[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function collectExternal(graph: Uint8Array, found: Set<string>): void {
  const fields = fieldsOf(graph);
  for (const tensor of messagesAt(fields, GRAPH.initializer)) collectFromTensor(tensor, found);
  for (const node of messagesAt(fields, GRAPH.node)) {
    for (const attribute of messagesAt(fieldsOf(node), NODE.attribute)) {
      const parts = fieldsOf(attribute);
      for (const tensor of messagesAt(parts, ATTRIBUTE.tensor)) collectFromTensor(tensor, found);
      for (const inner of messagesAt(parts, ATTRIBUTE.graph)) collectExternal(inner, found);
    }
  }
}

function collectFromTensor(tensor: Uint8Array, found: Set<string>): void {
  for (const entry of messagesAt(fieldsOf(tensor), TENSOR.externalData)) {
    const pair = fieldsOf(entry);
    if (textAt(pair, ENTRY.key) === 'location') found.add(textAt(pair, ENTRY.value));
  }
}
