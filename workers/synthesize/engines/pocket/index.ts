/** Pocket TTS: speaks text in the voice of a recording, a frame of 80 ms at a time. */
export { PocketTts } from './pocket';
