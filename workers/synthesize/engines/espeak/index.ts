/** eSpeak NG in the browser. */
export { Espeak, loadEspeak } from './espeak';
