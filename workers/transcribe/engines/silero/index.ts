/** Silero voice activity. */
export { loadVad, SileroVad, VAD_HOP } from './vad';
