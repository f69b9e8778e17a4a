/** eSpeak NG in the browser. */
export { Espeak, loadEspeak, type Pronouncer } from './espeak';
export type { EspeakTuning } from './tuning';
