/**
 * A small decoder's 8-bit products as products of floats. On WASM the runtime rearranges 8-bit weights for each product anew;
 * for one row of activations that takes four times as long as the product. Floats are rearranged once. For several rows, and for
 * weights that no cache holds, 8 bits stay quicker.
 *
 *   DynamicQuantizeLinear(x) → MatMulInteger(·, weights) → Cast → Mul(·, scale of x · scale of the weights)
 *   becomes  MatMul(x, (weights − zero) · scale)
 *
 * The same where the runtime's optimisers have been at it already: DynamicQuantizeMatMul and MatMulIntegerToFloat are such
 * products in one node or two, with a bias. The weights are the same; x is no longer rounded.
 */
import {
  ATTRIBUTE,
  changeGraph,
  dimsOf,
  ELEMENT,
  fieldsOf,
  GRAPH,
  messagesAt,
  NODE,
  nodeField,
  outputNamesOf,
  TENSOR,
  tensorField,
  textAt,
  textOf,
  varintsAt,
  type Field,
  type Pieces
} from './onnxFile';

/** Four bytes each, read at each step: as many as processors' caches hold. */
const MOST_WEIGHTS = 4e6;
/** After the name of the 8-bit weights. */
const FLOATS = '.timbre_floats';
/** After the name of what a bias is added to. */
const PRODUCT = '.timbre_product';

interface Node {
  field: Field;
  kind: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** What it reads, its branches included. */
  reads: readonly string[];
}

type Tensors = ReadonlyMap<string, readonly Field[]>;

interface Product {
  /** What is multiplied, and the node that rounds it, which others may need, too. */
  x: string;
  rounding?: Node;
  weights: string;
  /** Added to the product. */
  bias?: string;
  /** [inputs, outputs] */
  dims: readonly number[];
  /** Of the weights; undefined where they can't be read. */
  floats: () => Float32Array | undefined;
  output: string;
  /** Nodes that it takes the place of, in their order. */
  nodes: readonly Node[];
}

/**
 * The file with its products changed, those within branches aside: there keys and values are made of all that was heard.
 * @returns undefined where there is none, there are too many weights, or the file is not understood.
 */
export function floatProducts(file: Uint8Array, most = MOST_WEIGHTS): Uint8Array<ArrayBuffer> | undefined {
  return changeGraph(file, (graph) => changed(graph, most));
}

function changed(graph: readonly Field[], most: number): Pieces | undefined {
  const nodes = graph.filter(({ number }) => number === GRAPH.node).map(nodeOf);
  const tensors: Tensors = new Map(
    messagesAt(graph, GRAPH.initializer)
      .map(fieldsOf)
      .map((tensor) => [textAt(tensor, TENSOR.name), tensor])
  );
  const candidates = productsOf(nodes, tensors);
  const count = candidates.reduce((sum, { dims }) => sum + dims.reduce((size, n) => size * n, 1), 0);
  // Counted before any are made: a large decoder's would fill the memory.
  if (count > most) return undefined;
  const products = candidates.flatMap((candidate) => {
    const floats = candidate.floats();
    return floats ? [{ ...candidate, floats }] : [];
  });
  if (products.length === 0) return undefined;

  const gone = new Set(products.flatMap((product) => product.nodes));
  const outputs = outputNamesOf(graph);
  const read = new Set([
    ...outputs,
    ...nodes.filter((node) => !gone.has(node)).flatMap(({ reads }) => reads)
  ]);
  for (const { rounding } of products)
    if (rounding && !rounding.outputs.some((name) => read.has(name))) gone.add(rounding);
  const goneFields = new Set([...gone].map(({ field }) => field));
  const inPlaceOf = new Map(products.map((product) => [product.nodes.at(-1)?.field, product]));
  return [
    ...graph.flatMap((field): Pieces => {
      const product = inPlaceOf.get(field);
      if (product) return productNodes(product);
      return goneFields.has(field) ? [] : [field.raw];
    }),
    // Two products may have the same weights.
    ...[...new Map(products.map((product) => [product.weights, product])).values()].flatMap(
      ({ weights, dims, floats }) => tensorField(weights + FLOATS, ELEMENT.float, dims, floats)
    )
  ];
}

function productNodes({ x, weights, bias, output }: Omit<Product, 'floats'>): Pieces {
  if (bias === undefined) return nodeField('MatMul', [x, weights + FLOATS], [output]);
  return [
    ...nodeField('MatMul', [x, weights + FLOATS], [output + PRODUCT]),
    ...nodeField('Add', [output + PRODUCT, bias], [output])
  ];
}

function productsOf(nodes: readonly Node[], tensors: Tensors): Product[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const split = splitProduct(nodes, makers, tensors);
  return nodes.flatMap((node) => {
    const product = fusedProduct(node, makers, tensors) ?? split(node);
    return product ? [product] : [];
  });
}

type Makers = ReadonlyMap<string, Node>;

/** As the runtime's optimisers leave it: operators of its own. */
function fusedProduct(node: Node, makers: Makers, tensors: Tensors): Product | undefined {
  const { kind, inputs } = node;
  const [output] = node.outputs;
  const product = (
    x: string | undefined,
    [weights = '', scale = '', zero, bias]: (string | undefined)[]
  ): Product | undefined => {
    const matrix = matrixOf(tensors, weights, scale, zero || undefined);
    if (!matrix || x === undefined || output === undefined) return undefined;
    return { ...matrix, x, output, nodes: [node], ...(bias ? { bias } : {}) };
  };
  if (kind === 'DynamicQuantizeMatMul') return product(inputs[0], inputs.slice(1));
  if (kind !== 'MatMulIntegerToFloat') return undefined;
  const [rounded = '', weights, scaleBy, scale, zeroBy, zero, bias] = inputs;
  const rounding = makers.get(rounded);
  if (rounding?.kind !== 'DynamicQuantizeLinear') return undefined;
  if (![rounded, scaleBy, zeroBy].every((name, i) => name === rounding.outputs[i])) return undefined;
  const found = product(rounding.inputs[0], [weights, scale, zero, bias]);
  return found && { ...found, rounding };
}

/** What is multiplied with; undefined where it isn't stored. @param zero left out: 0. */
function matrixOf(
  tensors: Tensors,
  weights: string,
  scale: string,
  zero: string | undefined
): Pick<Product, 'weights' | 'dims' | 'floats'> | undefined {
  const tensor = tensors.get(weights);
  if (!tensor) return undefined;
  const floats = () =>
    floatsOf(tensor, zero === undefined ? undefined : tensors.get(zero), tensors.get(scale));
  return { weights, dims: dimsOf(tensor), floats };
}

/** As a quantiser writes it. */
function splitProduct(
  nodes: readonly Node[],
  makers: Makers,
  tensors: Tensors
): (integer: Node) => Product | undefined {
  const readers = new Map<string, Node[]>();
  for (const node of nodes)
    for (const name of node.reads) readers.set(name, [...(readers.get(name) ?? []), node]);
  /** The one node that reads what another makes, if it is of this kind. */
  const only = (kind: string, made: Node | undefined): Node | undefined => {
    const [reader, ...others] = readers.get(made?.outputs[0] ?? '') ?? [];
    return others.length === 0 && reader?.kind === kind ? reader : undefined;
  };
  return (integer) => {
    const [rounded = '', weights = '', roundedZero, zero] = integer.inputs;
    const rounding = makers.get(rounded);
    const cast = only('Cast', integer);
    const scaled = only('Mul', cast);
    const scales = makers.get(scaled?.inputs.find((name) => name !== cast?.outputs[0]) ?? '');
    const scale = scales?.inputs.find((name) => name !== rounding?.outputs[1]) ?? '';
    const output = scaled?.outputs[0];
    const x = rounding?.inputs[0];
    if (integer.kind !== 'MatMulInteger' || rounding?.kind !== 'DynamicQuantizeLinear') return undefined;
    if (!scales || !cast || !scaled || output === undefined || x === undefined) return undefined;
    const [roundedBy, scaleBy, zeroBy] = rounding.outputs;
    const belong =
      roundedBy === rounded &&
      zeroBy === roundedZero &&
      scales.inputs.includes(scaleBy ?? '') &&
      only('Mul', scales) === scaled;
    if (!belong) return undefined;
    const matrix = matrixOf(tensors, weights, scale, zero);
    return matrix && { ...matrix, x, rounding, output, nodes: [scales, integer, cast, scaled] };
  };
}

function nodeOf(field: Field): Node {
  const fields = fieldsOf(field.bytes);
  const inputs = messagesAt(fields, NODE.input).map(textOf);
  return {
    field,
    kind: textAt(fields, NODE.opType),
    inputs,
    outputs: messagesAt(fields, NODE.output).map(textOf),
    reads: [...inputs, ...branchesOf(fields).flatMap(({ reads }) => reads)]
  };
}

/** The nodes of a node's own graphs. */
function branchesOf(node: readonly Field[]): Node[] {
  return messagesAt(node, NODE.attribute)
    .flatMap((attribute) => messagesAt(fieldsOf(attribute), ATTRIBUTE.graph))
    .flatMap((graph) => fieldsOf(graph).filter(({ number }) => number === GRAPH.node))
    .map(nodeOf);
}

/**
 * (weights − zero) · scale, column by column. @param weights [inputs, outputs] of 8 bits. @param zero one for all or one
 * for each column; left out: 0. @param scale likewise. @returns undefined where a tensor is missing or of another type.
 */
function floatsOf(
  weights: readonly Field[],
  zero: readonly Field[] | undefined,
  scale: readonly Field[] | undefined
): Float32Array | undefined {
  const [inputs = 0, columns = 0, ...more] = dimsOf(weights);
  const numbers = bytesOf(weights);
  const zeros = zero ? (bytesOf(zero) ?? smallNumbersOf(zero)) : [0];
  const scales = scale && scalesOf(scale);
  const perColumn = (length = 0) => length === 1 || length === columns;
  if (!numbers || !zeros || !scales || more.length > 0 || numbers.length !== inputs * columns)
    return undefined;
  if (!perColumn(zeros.length) || !perColumn(scales.length)) return undefined;
  const each = (values: ArrayLike<number>) =>
    Float32Array.from({ length: columns }, (_, column) => values[values.length === 1 ? 0 : column] as number);
  const [offsets, factors] = [each(zeros), each(scales)];
  const floats = new Float32Array(numbers.length);
  for (let from = 0; from < floats.length; from += columns)
    for (let i = 0; i < columns; i++)
      floats[from + i] = ((numbers[from + i] as number) - (offsets[i] as number)) * (factors[i] as number);
  return floats;
}

function bytesOf(tensor: readonly Field[]): Int8Array | Uint8Array | undefined {
  const signed = rawOf(tensor, ELEMENT.int8);
  return signed
    ? new Int8Array(signed.buffer, signed.byteOffset, signed.length)
    : rawOf(tensor, ELEMENT.uint8);
}

/** Numbers of 8 bits that lie in the file one by one; undefined where one is negative. */
function smallNumbersOf(tensor: readonly Field[]): readonly number[] | undefined {
  const numbers = varintsAt(tensor, TENSOR.int32Data);
  return numbers.every((x) => x < 2 ** 31) ? numbers : undefined;
}

function scalesOf(tensor: readonly Field[]): Float32Array | undefined {
  const bytes = rawOf(tensor, ELEMENT.float) ?? messagesAt(tensor, TENSOR.floatData)[0];
  return bytes && new Float32Array(bytes.slice().buffer);
}

/** A tensor's content, if it lies in the file as bytes, of these elements. */
function rawOf(tensor: readonly Field[], elements: number): Uint8Array | undefined {
  const type = tensor.find(({ number }) => number === TENSOR.dataType)?.value;
  return type === elements ? messagesAt(tensor, TENSOR.rawData)[0] : undefined;
}
