/** For tests in Node: eSpeak NG's files, as the app serves them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { espeakPack } from '../../vite/espeakPacks';
import { PACKS } from './engines/espeak/packs';

const PROGRAM = fileURLToPath(new URL('../../models/espeak-ng/espeak-ng.wasm', import.meta.url));

/** For `fetchFromDisk`. */
export function espeakFile(path: string): Uint8Array | undefined {
  const [name = ''] = path.split('.');
  if (path === 'espeak-ng.wasm') return readFileSync(PROGRAM);
  return PACKS.includes(name) ? espeakPack(name) : undefined;
}
