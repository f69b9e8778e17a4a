/** M2M100 and Marian, by our own decoding loop over their two ONNX graphs: all targets in one batch. */
export { readDirections } from './directions';
export { loadTranslator, Seq2SeqTranslator } from './translator';
