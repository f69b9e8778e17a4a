/**
 * Whether a model's files are whole. Marian reads them in place and trusts their tables of contents: what is cut off
 * would be read from the memory behind it, and be translated into nonsense.
 */
import { TimbreError } from '../../../contract';

/** Of Marian's binary format. */
const MODEL_VERSION = 1n;
const MODEL_HEADER_BYTES = 32;
/** Of its shortlists. */
const SHORTLIST_MAGIC = 0xf11a48d5013417f5n;
const SHORTLIST_HEADER_BYTES = 48;
/** SentencePiece's fields, as protocol buffers: the pieces, and how they were learnt, which comes after them. */
const [PIECE, TRAINER] = [1, 2];
/** Protocol buffers' mark of a field with a length. */
const LENGTH_DELIMITED = 2;

/**
 * Marian's binary format (marian-dev, src/common/binary.cpp): version and number of arrays; for each the lengths of
 * its name, its shape and its numbers; the names, the shapes, a gap, the numbers.
 * @param url for the message. @throws TimbreError 'model/damaged'.
 */
export function checkModel(bytes: Uint8Array, url: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (offset: number) => {
    if (offset + 8 > bytes.length) throw damaged(url);
    return view.getBigUint64(offset, true);
  };
  if (at(0) !== MODEL_VERSION) throw damaged(url);
  const count = Number(at(8));
  let beforeGap = 16 + count * MODEL_HEADER_BYTES;
  let numbers = 0;
  if (beforeGap > bytes.length) throw damaged(url);
  for (let header = 16, i = 0; i < count; i++, header += MODEL_HEADER_BYTES) {
    beforeGap += Number(at(header)) + 4 * Number(at(header + 16));
    numbers += Number(at(header + 24));
  }
  const whole = beforeGap + 8 + Number(at(beforeGap)) + numbers;
  if (count === 0 || whole > bytes.length) throw damaged(url);
}

/**
 * A shortlist (marian-dev, src/data/shortlist.h): a header, where each source word's list begins, the lists.
 * @throws TimbreError 'model/damaged'.
 */
export function checkShortlist(bytes: Uint8Array, url: string): void {
  if (bytes.length < SHORTLIST_HEADER_BYTES) throw damaged(url);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [offsets, words] = [Number(view.getBigUint64(32, true)), Number(view.getBigUint64(40, true))];
  const whole = SHORTLIST_HEADER_BYTES + 8 * offsets + 4 * words;
  if (view.getBigUint64(0, true) !== SHORTLIST_MAGIC || whole !== bytes.length) throw damaged(url);
  let before = 0n;
  for (let i = 0; i < offsets; i++) {
    const offset = view.getBigUint64(SHORTLIST_HEADER_BYTES + 8 * i, true);
    if (offset < before || offset > words) throw damaged(url);
    before = offset;
  }
}

/** @throws TimbreError 'model/damaged'. */
export function checkVocabulary(bytes: Uint8Array, url: string): void {
  const seen = new Set<number>();
  let at = 0;
  const number = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || scale > 2 ** 35) throw damaged(url);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = number();
    if (key % 8 !== LENGTH_DELIMITED) throw damaged(url);
    seen.add(Math.floor(key / 8));
    const length = number();
    at += length;
  }
  if (at !== bytes.length || !seen.has(PIECE) || !seen.has(TRAINER)) throw damaged(url);
}

function damaged(url: string): TimbreError {
  return new TimbreError('model/damaged', `${url} is damaged, or no such file`);
}
