/** For tests in Node: eSpeak NG's files, as the app serves them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { espeakPack } from '../../vite/espeakPacks';
import type { EspeakTuning } from './engines/espeak';
import { PACKS } from './engines/espeak/packs';

const PROGRAM = fileURLToPath(new URL('../../models/espeak-ng/espeak-ng.wasm', import.meta.url));

const ones = [1, 1, 1, 1, 1];

/** Changes nothing but the pitch. */
export const PLAIN_TUNING: EspeakTuning = {
  variant: '',
  pitchHz: 180,
  pitchRangeHz: 60,
  rate: 1,
  formants: ones,
  heights: ones,
  width: 1,
  voicing: 1,
  consonants: 1,
  breath: 0
};

/** For `fetchFromDisk`. */
export function espeakFile(path: string): Uint8Array | undefined {
  const [name = ''] = path.split('.');
  if (path === 'espeak-ng.wasm') return readFileSync(PROGRAM);
  return PACKS.includes(name) ? espeakPack(name) : undefined;
}
