/**
 * A model of Firefox's kind, small and made by hand: it translates word for word by a list. The decoder's query is
 * where it is, so that it looks at the source's word in the same place, and the word's value is its translation.
 * What it says follows from the file alone: a matrix read the wrong way round, or a vocabulary of the wrong side,
 * says something else.
 */

/** Width. The first half of Marian's places are sines, the second cosines, each from quick to slow. */
const WIDTH = 64;
const HALF = WIDTH / 2;
const INNER = 64;
/** So many of the quickest waves tell where a word is; words live where the slow ones hardly move. */
const WAVES = 16;
/** The slowest sine: as good as 0 everywhere, and what other numbers are measured from. */
const ZERO = HALF - 1;
const WORD_PLACES = Array.from({ length: WIDTH }, (_, i) => i).filter((i) => i % HALF >= WAVES && i !== ZERO);

const END = '</s>';
const UNKNOWN = '<unk>';
/** Embeddings are multiplied by the root of the width. */
const EMBEDDING = 0.75;
/** How sharply it looks, and how much louder a translation is than the word before it. */
const [LOOK, SAY] = [12, 12];
/** The largest activation that the 8 bits hold. */
const LARGEST = 8;

const FLOAT = 0x0404;
const INT8 = 0x0101;
const INTGEMM8 = 0x4101;

interface Item {
  name: string;
  type: number;
  shape: number[];
  bytes: Uint8Array;
}

export interface TinyModel {
  model: Uint8Array<ArrayBuffer>;
  shortlist: Uint8Array<ArrayBuffer>;
  /** One for both languages, or one for each. */
  vocabularies: Uint8Array<ArrayBuffer>[];
}

/**
 * @param words of the source with their translations, at most 11 in one vocabulary and 22 in two. '' ends the
 * translation. @param separate a vocabulary for each language.
 */
export function tinyModel(words: readonly (readonly [string, string])[], separate = false): TinyModel {
  const sources = words.map(([source]) => source);
  const targets = [...new Set(words.map(([, target]) => target).filter((target) => target !== ''))];
  const sides = separate
    ? [padded([END, UNKNOWN, ...sources]), padded([END, UNKNOWN, ...targets])]
    : [padded([...new Set([END, UNKNOWN, ...sources, ...targets])])];
  const [from = [], to = from] = sides;
  const meaning = new Map([[END, END], ...words.map(([source, target]) => [source, target || END] as const)]);
  const model = binary([...weights(from, to, meaning, separate), settings(from.length, to.length, separate)]);
  return { model, shortlist: shortlist(from.length, to.length), vocabularies: sides.map(vocabulary) };
}

/** The kernels want multiples of 8. */
function padded(pieces: string[]): string[] {
  const size = Math.ceil(pieces.length / 8) * 8;
  if (size > WORD_PLACES.length) throw new Error(`${pieces.length} pieces are more than fit`);
  return [...pieces, ...Array.from({ length: size - pieces.length }, (_, i) => `unused${i}`)];
}

const placeOf = (word: number) => WORD_PLACES[word] ?? 0;

function weights(
  from: readonly string[],
  to: readonly string[],
  meaning: ReadonlyMap<string, string>,
  separate: boolean
): Item[] {
  const items: Item[] = [];
  const vector = (name: string, size: number, value: (i: number) => number = () => 0) =>
    items.push(
      floats(
        name,
        [1, size],
        Float32Array.from({ length: size }, (_, i) => value(i))
      )
    );
  const matrix = (
    name: string,
    rows: number,
    columns: number,
    value?: (row: number, column: number) => number
  ) => {
    items.push(intgemm(name, rows, columns, value ?? (() => 0)));
    items.push(floats(`${name}_QuantMultA`, [1, 1], Float32Array.of(127 / LARGEST)));
  };
  const norm = (name: string) => {
    vector(`${name}_ln_scale`, WIDTH, () => 1);
    vector(`${name}_ln_bias`, WIDTH);
  };
  const attention = (
    name: string,
    parts: Partial<Record<string, (row: number, column: number) => number>>
  ) => {
    for (const part of ['q', 'k', 'v', 'o']) {
      matrix(`${name}_W${part}`, WIDTH, WIDTH, parts[part]);
      vector(`${name}_b${part}`, WIDTH);
    }
    norm(`${name}_Wo`);
  };
  const feedForward = (name: string) => {
    matrix(`${name}_W1`, WIDTH, INNER);
    vector(`${name}_b1`, INNER);
    matrix(`${name}_W2`, INNER, WIDTH);
    vector(`${name}_b2`, WIDTH);
    norm(`${name}_ffn`);
  };
  /** One row a word: loud in its own place. It is its own transpose's file, since it also says the words. */
  const embedding = (name: string, pieces: readonly string[]) => {
    const said = (row: number, column: number) => (placeOf(row) === column ? EMBEDDING : 0);
    items.push(intgemm(name, pieces.length, WIDTH, said, false));
    items.push(floats(`${name}_QuantMultA`, [1, 1], Float32Array.of(127 / LARGEST)));
  };

  /** Normalisation moves all numbers alike: measured from `ZERO`, they are what they were. */
  const where = (row: number, column: number) => {
    if (column % HALF >= WAVES) return 0;
    return row === column ? LOOK : row === ZERO ? -LOOK : 0;
  };
  const translated = new Map(
    from.map((piece, word) => [
      placeOf(word),
      placeOf(Math.max(0, to.indexOf(meaning.get(piece) ?? UNKNOWN)))
    ])
  );
  const same = (row: number, column: number) => (row === column ? SAY : 0);

  if (separate) {
    embedding('encoder_Wemb', from);
    embedding('decoder_Wemb', to);
  } else embedding('Wemb', from);
  vector('decoder_ff_logit_out_b', to.length);
  attention('encoder_l1_self', {});
  feedForward('encoder_l1_ffn');
  matrix('decoder_l1_rnn_W', WIDTH, WIDTH);
  matrix('decoder_l1_rnn_Wf', WIDTH, WIDTH);
  vector('decoder_l1_rnn_bf', WIDTH);
  norm('decoder_l1_rnn_ffn');
  attention('decoder_l1_context', {
    q: where,
    k: where,
    v: (row, column) => (translated.get(row) === column ? 1 : 0),
    o: same
  });
  feedForward('decoder_l1_ffn');
  return items;
}

function floats(name: string, shape: number[], values: Float32Array): Item {
  return { name, type: FLOAT, shape, bytes: new Uint8Array(values.buffer) };
}

/** 8-bit numbers with their scale behind them. @param transposed as all but embeddings lie in the file. */
function intgemm(
  name: string,
  rows: number,
  columns: number,
  value: (row: number, column: number) => number,
  transposed = true
): Item {
  const dense = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => value(row, column))
  );
  const largest = Math.max(...dense.flat().map(Math.abs));
  const scale = largest > 0 ? 127 / largest : 1;
  // The scale, in a block of its own as the kernels want it.
  const bytes = new Uint8Array(rows * columns + 256);
  const view = new DataView(bytes.buffer);
  dense.forEach((numbers, row) =>
    numbers.forEach((number, column) =>
      view.setInt8(transposed ? column * rows + row : row * columns + column, Math.round(number * scale))
    )
  );
  view.setFloat32(rows * columns, scale, true);
  return { name, type: INTGEMM8, shape: [rows, columns], bytes };
}

function settings(from: number, to: number, separate: boolean): Item {
  const yaml = `type: transformer
version: v1.9.56
dim-vocabs:
  - ${from}
  - ${to}
dim-emb: ${WIDTH}
dim-rnn: 1024
enc-type: bidirectional
enc-cell: gru
enc-cell-depth: 1
enc-depth: 1
dec-cell: ssru
dec-cell-base-depth: 2
dec-cell-high-depth: 1
dec-depth: 1
input-types:
  []
skip: false
layer-normalization: false
right-left: false
lemma-dim-emb: 0
bert-train-type-embeddings: true
bert-type-vocab-size: 2
tied-embeddings: ${separate}
tied-embeddings-all: ${!separate}
tied-embeddings-src: false
transformer-aan-activation: swish
transformer-aan-depth: 2
transformer-aan-nogate: false
transformer-decoder-autoreg: rnn
transformer-dim-aan: 2048
transformer-dim-ffn: ${INNER}
transformer-ffn-activation: relu
transformer-ffn-depth: 2
transformer-guided-alignment-layer: last
transformer-heads: 1
transformer-no-projection: false
transformer-postprocess: dan
transformer-postprocess-emb: d
transformer-postprocess-top: ""
transformer-preprocess: ""
transformer-tied-layers:
  []
transformer-train-position-embeddings: false
ulr: false
ulr-dim-emb: 0
ulr-trainable-transformation: false
`;
  const bytes = new TextEncoder().encode(`${yaml}\0`);
  return { name: 'special:model.yml', type: INT8, shape: [bytes.length], bytes };
}

/** Marian's binary format: see check.ts. Every array begins at a multiple of 256 bytes. */
function binary(items: readonly Item[]): Uint8Array<ArrayBuffer> {
  const arrays = items.map(({ bytes }) => joined([bytes, new Uint8Array(gapAfter(bytes.length))]));
  const head = joined([
    longs(1, items.length),
    ...items.map(({ name, type, shape }, i) =>
      longs(name.length + 1, type, shape.length, arrays[i]?.length ?? 0)
    ),
    ...items.map(({ name }) => new TextEncoder().encode(`${name}\0`)),
    ...items.map(({ shape }) => new Uint8Array(Int32Array.from(shape).buffer))
  ]);
  const gap = gapAfter(head.length + 8);
  return joined([head, longs(gap), new Uint8Array(gap), ...arrays]);
}

const gapAfter = (bytes: number) => (256 - (bytes % 256)) % 256;

/** All words are likely: half of them the commonest, the other half each source word's own. */
function shortlist(from: number, to: number): Uint8Array<ArrayBuffer> {
  const half = to / 2;
  const offsets = Array.from({ length: from + 1 }, (_, i) => i * half);
  const own = Array.from({ length: from }, () => Array.from({ length: half }, (_, i) => half + i)).flat();
  const magic = new Uint8Array(BigUint64Array.of(0xf11a48d5013417f5n).buffer);
  return joined([
    magic,
    longs(0, half, half, offsets.length, own.length, ...offsets),
    new Uint8Array(Uint32Array.from(own).buffer)
  ]);
}

/** SentencePiece's protocol buffer: the pieces with their kinds, how they were learnt, how text is prepared. */
function vocabulary(pieces: readonly string[]): Uint8Array<ArrayBuffer> {
  const kinds = new Map([
    [END, 3],
    [UNKNOWN, 2]
  ]);
  const piece = (text: string) =>
    joined([
      field(1, new TextEncoder().encode(kinds.has(text) || text === '.' ? text : `▁${text}`)),
      varint(2 * 8 + 5),
      new Uint8Array(Float32Array.of(kinds.has(text) ? 0 : -2).buffer),
      number(3, kinds.get(text) ?? 1)
    ]);
  return joined([
    ...pieces.map((text) => field(1, piece(text))),
    field(
      2,
      joined([
        number(3, 1),
        number(4, pieces.length),
        number(40, 1),
        number(41, -1),
        number(42, 0),
        number(43, -1)
      ])
    ),
    field(
      3,
      joined([field(1, new TextEncoder().encode('identity')), number(3, 1), number(4, 1), number(5, 1)])
    )
  ]);
}

const field = (key: number, bytes: Uint8Array) => joined([varint(key * 8 + 2), varint(bytes.length), bytes]);
const number = (key: number, value: number) => joined([varint(key * 8), varint(value)]);

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let left = BigInt.asUintN(64, BigInt(value)); ; left >>= 7n) {
    const low = Number(left & 127n);
    if (left < 128n) return Uint8Array.from([...bytes, low]);
    bytes.push(low | 128);
  }
}

function longs(...values: number[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
