/**
 * A decoder that makes many steps in one run: its graph becomes the body of a Loop that gives it the likeliest token
 * next. What a run costs beside the arithmetic (tensors made, copied in, copied out and thrown away) is as much as a step
 * of a small decoder, and is paid once so.
 *
 *   Loop(count, ids, keys and values) {
 *     logits, keys and values, … = the decoder as it was
 *     ids = ArgMax(logits + bias), as long as none is the end
 *   } → keys and values after the last step; ids, logits, … of every step
 *
 * A decoder of several rows is given keys and values as they came from the run before, and which of their rows go on:
 *
 *   keys and values = Gather(those given, KEPT or HEARD)
 *
 * so that rows are copied in the runtime's memory, where that costs a tenth, and the encoder's, which several rows have in
 * common, are given once.
 */
import { TimbreError } from '../contract';
import { isOwn, PAST, PRESENT, presentOf } from './keysAndValues';
import {
  ATTRIBUTE,
  changeGraph,
  ELEMENT,
  fieldsOf,
  GRAPH,
  joined,
  lengthField,
  messagesAt,
  MODEL,
  NODE,
  nodeField,
  numberField,
  textAt,
  textField,
  TYPE,
  VALUE_INFO,
  type Field,
  type Pieces
} from './onnxFile';
import type { Pace } from './pace';
import { HEARD, KEPT, type Feeds, type Fetched, type GoOn, type Session } from './session';
import { floats, integers } from './tensors';

/** Before names that no exporter gives. */
const OWN = 'timbre_steps.';
const own = (name: string): string => OWN + name;

const COUNT = own('count');
const BIAS = own('bias');
const END = own('end');
const CHOSEN = own('chosen');
const LOG_PROBABILITY = own('log_probability');
/** Inputs that the decoder doesn't have by itself. */
const ADDED: ReadonlySet<string> = new Set([COUNT, BIAS, END, KEPT, HEARD]);
/** Outputs that are of many steps alone. */
const TOLD: ReadonlySet<string> = new Set([CHOSEN, LOG_PROBABILITY]);

const IDS = 'input_ids';
const LOGITS = 'logits';
const LOOKS = 'cross_attentions.';
/** Of the logits [rows, places, vocabulary]. */
const VOCABULARY_AXIS = 2;

/** From here on the operators that are added are what they are taken for. */
const OLDEST_OPSET = 13;
/** TYPE of an attribute: a number, a graph. */
const [INT, GRAPH_ATTRIBUTE] = [2, 5];

interface Value {
  name: string;
  /** A TypeProto. */
  type: Uint8Array;
}

/**
 * The decoder's file, changed so that `manyStepSession` can run it.
 * @returns undefined where it is none in the hub's layout, of other numbers than float32, or not understood.
 */
export function manySteps(
  file: Uint8Array,
  rows: 'one row' | 'several rows'
): Uint8Array<ArrayBuffer> | undefined {
  return changeGraph(file, (graph, model) =>
    opsetOf(model) >= OLDEST_OPSET ? looped(graph, rows === 'several rows') : undefined
  );
}

function looped(graph: readonly Field[], choosesRows: boolean): Pieces | undefined {
  const inputs = messagesAt(graph, GRAPH.input).map(valueOf);
  const outputs = messagesAt(graph, GRAPH.output).map(valueOf);
  const ids = inputs.find(({ name }) => name === IDS);
  const logits = outputs.find(({ name }) => name === LOGITS);
  const pasts = inputs.filter(({ name }) => name.startsWith(PAST));
  const presents = pasts.flatMap(({ name }) => outputs.filter((output) => output.name === presentOf(name)));
  const each = outputs.filter(({ name }) => name === LOGITS || name.startsWith(LOOKS));
  const isDecoder =
    pasts.length > 0 && presents.length === pasts.length && each.length + presents.length === outputs.length;
  if (!isDecoder || !ids || !logits || elementsOf(logits) !== ELEMENT.float) return undefined;

  const grows = ({ name }: Value) => name.startsWith(PAST) && isOwn(name);
  /** What the loop collects, and what it is called within. */
  const ofEachStep = [
    ...each.map((output) => ({ name: own(output.name), within: output })),
    ...(choosesRows
      ? []
      : [{ name: LOG_PROBABILITY, within: { name: own('sure'), type: tensorType(ELEMENT.float, []) } }])
  ];
  const choices = tensorType(ELEMENT.int64, ['rows', 'places']);
  const body = [
    textField(GRAPH.name, own('body')),
    ...graph.filter(({ number }) => number === GRAPH.node).map(({ raw }) => raw),
    ...next(),
    ...(choosesRows ? [] : sureness()),
    ...value(GRAPH.input, { name: own('index'), type: tensorType(ELEMENT.int64, []) }),
    ...value(GRAPH.input, { name: own('goes'), type: tensorType(ELEMENT.bool, []) }),
    ...value(GRAPH.input, ids),
    // The encoder's never change: steps look at those outside the loop.
    ...pasts.flatMap((past) =>
      value(GRAPH.input, grows(past) ? past : { ...past, name: own(`idle.${past.name}`) })
    ),
    ...value(GRAPH.output, { name: own('go'), type: tensorType(ELEMENT.bool, []) }),
    ...value(GRAPH.output, { name: own('next'), type: choices }),
    ...presents.flatMap((present) => value(GRAPH.output, present)),
    ...value(GRAPH.output, { name: own('choice'), type: choices }),
    ...ofEachStep.flatMap(({ within }) => value(GRAPH.output, within))
  ];
  const carried = [own('last'), ...presents.map(({ name }) => own(name))];
  const stacked = [CHOSEN, ...ofEachStep.map(({ name }) => name)];
  /** Under this name the loop finds what it begins with. */
  const outside = (past: Value) => {
    if (!grows(past)) return past.name;
    return own(choosesRows ? `kept.${past.name}` : past.name);
  };
  const isRenamed = (input: Value) => input === ids || grows(input) || (choosesRows && pasts.includes(input));
  const rowsOf = (past: Value) =>
    nodeField('Gather', [own(past.name), grows(past) ? KEPT : HEARD], [outside(past)]);
  const loop = nodeField(
    'Loop',
    [COUNT, '', own(IDS), ...pasts.map(outside)],
    [...carried, ...stacked],
    graphAttribute('body', body)
  );
  return [
    ...graph.filter(({ number }) => !REPLACED.has(number)).map(({ raw }) => raw),
    ...nodeField('Sub', [END, END], [own('nothing.each')]),
    ...nodeField('ReduceMin', [own('nothing.each')], [own('nothing')], number('keepdims', 0)),
    ...(choosesRows ? pasts.flatMap(rowsOf) : []),
    ...loop,
    ...inputs.flatMap((input) =>
      value(GRAPH.input, isRenamed(input) ? { ...input, name: own(input.name) } : input)
    ),
    ...(choosesRows
      ? [KEPT, HEARD].flatMap((name) =>
          value(GRAPH.input, { name, type: tensorType(ELEMENT.int64, ['rows']) })
        )
      : []),
    ...value(GRAPH.input, { name: COUNT, type: tensorType(ELEMENT.int64, []) }),
    ...value(GRAPH.input, { name: BIAS, type: tensorType(ELEMENT.float, ['vocabulary']) }),
    ...value(GRAPH.input, { name: END, type: tensorType(ELEMENT.int64, [1]) }),
    ...presents.flatMap(({ name, type }) => value(GRAPH.output, { name: own(name), type })),
    ...value(GRAPH.output, { name: CHOSEN, type: tensorType(ELEMENT.int64) }),
    ...ofEachStep.flatMap(({ name }) => value(GRAPH.output, { name, type: tensorType(ELEMENT.float) }))
  ];
}

/** Of a graph, what the loop takes the place of. Shapes of values between, which the runtime finds itself. */
const REPLACED: ReadonlySet<number> = new Set([GRAPH.node, GRAPH.input, GRAPH.output, GRAPH.valueInfo]);

/** From the logits to the token of the next step, and whether there is one. */
function next(): Pieces {
  return [
    ...nodeField('Add', [LOGITS, BIAS], [own('biased')]),
    ...nodeField(
      'ArgMax',
      [own('biased')],
      [own('next')],
      [...number('axis', VOCABULARY_AXIS), ...number('keepdims', 0)]
    ),
    ...nodeField('Identity', [own('next')], [own('choice')]),
    // Goes on if none is the end. Without Cast: the runtime's is one function of half a megabyte, and takes a browser a
    // second to compile.
    ...nodeField('Sub', [own('next'), END], [own('from.end')]),
    ...nodeField('Abs', [own('from.end')], [own('distances')]),
    ...nodeField('ReduceMin', [own('distances')], [own('nearest')], number('keepdims', 0)),
    ...nodeField('Greater', [own('nearest'), own('nothing')], [own('go')])
  ];
}

/** How likely the likeliest token of the one row is among those that may be said: ln. */
function sureness(): Pieces {
  return [
    ...nodeField('LogSoftmax', [own('biased')], [own('log.softmax')], number('axis', VOCABULARY_AXIS)),
    ...nodeField('ReduceMax', [own('log.softmax')], [own('sure')], number('keepdims', 0))
  ];
}

/** Version of the standard operators; 0 where none is said. */
function opsetOf(model: readonly Field[]): number {
  const [domain, version] = [1, 2];
  const standard = messagesAt(model, MODEL.opsets)
    .map(fieldsOf)
    .find((set) => ['', 'ai.onnx'].includes(textAt(set, domain)));
  return standard?.find(({ number }) => number === version)?.value ?? 0;
}

function valueOf(info: Uint8Array): Value {
  const fields = fieldsOf(info);
  const [type = new Uint8Array()] = messagesAt(fields, VALUE_INFO.type);
  return { name: textAt(fields, VALUE_INFO.name), type };
}

function value(number: number, { name, type }: Value): Pieces {
  return lengthField(number, textField(VALUE_INFO.name, name), ...lengthField(VALUE_INFO.type, type));
}

function elementsOf({ type }: Value): number | undefined {
  const [tensor] = messagesAt(fieldsOf(type), TYPE.tensor);
  return tensor && fieldsOf(tensor).find(({ number }) => number === TYPE.elements)?.value;
}

/** @param dimensions lengths, or names of free ones; left out: of any shape. */
function tensorType(elements: number, dimensions?: readonly (number | string)[]): Uint8Array {
  const shape = dimensions?.flatMap((length) =>
    lengthField(
      TYPE.dimension,
      typeof length === 'number' ? numberField(TYPE.length, length) : textField(TYPE.symbol, own(length))
    )
  );
  return joined(
    lengthField(
      TYPE.tensor,
      numberField(TYPE.elements, elements),
      ...(shape ? lengthField(TYPE.shape, ...shape) : [])
    )
  );
}

/** An attribute of a node. */
function number(name: string, of: number): Pieces {
  return attribute(name, INT, [numberField(ATTRIBUTE.int, of)]);
}

function graphAttribute(name: string, graph: Pieces): Pieces {
  return attribute(name, GRAPH_ATTRIBUTE, lengthField(ATTRIBUTE.graph, ...graph));
}

function attribute(name: string, type: number, content: Pieces): Pieces {
  return lengthField(
    NODE.attribute,
    textField(ATTRIBUTE.name, name),
    ...content,
    numberField(ATTRIBUTE.type, type)
  );
}

/** Nothing is chosen by it. */
const ONE_STEP: GoOn = { steps: 1, bias: new Float32Array(1), end: -1 };

/** A session of a changed file under the names that it had before; `goOn` is what the change is for. */
export function manyStepSession(session: Session): Session {
  const inside = (name: string) => (name.startsWith(OWN) ? name.slice(OWN.length) : name);
  const inputNames = session.inputNames.filter((name) => !ADDED.has(name)).map(inside);
  const outputNames = session.outputNames.filter((name) => !TOLD.has(name)).map(inside);
  const told = session.outputNames.filter((name) => TOLD.has(name)).map(inside);
  const outer = (input: string) => (session.inputNames.includes(own(input)) ? own(input) : input);

  const choosesRows = session.inputNames.includes(KEPT);

  /** Each has its own. */
  function allRows(feeds: Feeds): Feeds {
    const count = feeds[IDS]?.dims[0] ?? 0;
    const all = integers([...new Array<number>(count).keys()], [count]);
    return { [KEPT]: all, [HEARD]: all };
  }

  async function goOn(feeds: Feeds, fetches: readonly string[], how: GoOn): Promise<Fetched> {
    const given = Object.entries(choosesRows ? { ...allRows(feeds), ...feeds } : feeds).map(
      ([name, tensor]) => [outer(name), tensor] as const
    );
    const outputs = await session.run(
      {
        ...Object.fromEntries(given),
        [COUNT]: integers([how.steps], []),
        [BIAS]: floats(how.bias, [how.bias.length]),
        [END]: integers([how.end], [1])
      },
      fetches.map(own)
    );
    return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [inside(name), tensor]));
  }

  return {
    inputNames,
    outputNames,
    inputShape: (name) => session.inputShape(outer(name)),
    inputType: (name) => session.inputType?.(outer(name)),
    async run(feeds, fetches = outputNames) {
      const outputs = await goOn(feeds, fetches, ONE_STEP);
      return Object.fromEntries(
        Object.entries(outputs).map(([name, tensor]) => [
          name,
          name.startsWith(PRESENT) ? tensor : tensor.reshape(tensor.dims.slice(1))
        ])
      );
    },
    choosesRows,
    goOn: (feeds, fetches, how) => goOn(feeds, [...fetches, ...told], how),
    release: () => session.release()
  };
}

/**
 * A run of as many steps as its pace allows. @param most ≥ 1.
 * @returns its outputs, and for each step what was likeliest after it in each row.
 * @throws TimbreError 'model/run-failed', also where the session makes one step at a time.
 */
export function goOn(
  session: Session,
  feeds: Feeds,
  fetches: readonly string[],
  { most, bias, end }: Omit<GoOn, 'steps'> & { most: number },
  pace: Pace
): Promise<{ outputs: Fetched; chosen: number[][] }> {
  return pace.of(
    async () => {
      const outputs = await session.goOn?.(feeds, fetches, { steps: pace.steps(most), bias, end });
      const tensor = outputs?.['chosen'];
      if (!outputs || !(tensor?.data instanceof BigInt64Array))
        throw new TimbreError('model/run-failed', 'the decoder makes one step at a time');
      const all = Array.from(tensor.data, Number);
      const [steps = 0, rows = 0] = tensor.dims;
      const chosen = Array.from({ length: steps }, (_, step) => all.slice(step * rows, (step + 1) * rows));
      return { outputs, chosen };
    },
    ({ chosen }) => chosen.length
  );
}
