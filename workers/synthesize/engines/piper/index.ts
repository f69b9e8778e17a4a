/** Piper: a natural voice for one language each, fetched from the hub; eSpeak NG tells it how words are pronounced. */
export { loadPiper, type Piper, type PiperVoice } from './piper';
