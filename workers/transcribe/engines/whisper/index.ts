/** Whisper, by our own decoding loop over its two ONNX graphs: one window of speech at a time. */
export { joinGuesses } from './language';
export { isStockPhrase, isBlank } from './guards';
export {
  loadWhisper,
  WhisperRecogniser,
  type HeardWindow,
  type WindowText,
  type WindowWord
} from './recogniser';
