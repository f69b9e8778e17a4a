/** eSpeak NG in the browser. */
export { Espeak, loadEspeak } from './espeak';
export type { EspeakTuning } from './tuning';
