/**
 * eSpeak NG's data as they are served. They are published as one file of all its languages (24 MB, of which the app
 * speaks a sixth part), with a list of what lies where in the JavaScript beside it. Here they are cut into packs: a zip
 * of what every language needs, and one for each dictionary.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { CORE, dictionaryPath, HOME } from '../workers/synthesize/engines/espeak/packs.ts';

/** Of all entries, so that the same content is the same file. */
const MODIFIED = new Date(1980, 0, 1);

type Files = Record<string, Uint8Array>;

let published: Files | undefined;
const packs = new Map<string, Uint8Array>();

/** @param name one of `PACKS`. @returns the zip; the same one, if asked again. */
export function espeakPack(name: string): Uint8Array {
  const known = packs.get(name);
  if (known) return known;
  published ??= readPublished();
  const all = Object.entries(published);
  const dictionary = dictionaryPath(name);
  const wanted = all.filter(([path]) => (name === CORE ? isCore(path) : path === dictionary));
  if (wanted.length === 0) throw new Error(`eSpeak NG has no files for ${name}`);
  const pack = zipSync(Object.fromEntries(wanted), { mtime: MODIFIED });
  packs.set(name, pack);
  return pack;
}

/** Without the voices of another program (MBROLA). */
const isCore = (path: string) =>
  path === dictionaryPath('en') || !(path.endsWith('_dict') || path.startsWith(`${HOME}/voices/mb/`));

/** By their paths below `HOME`. */
function readPublished(): Files {
  const script = createRequire(import.meta.url).resolve('@echogarden/espeak-ng-emscripten');
  const data = readFileSync(join(dirname(script), 'espeak-ng.data'));
  const entries = readFileSync(script, 'utf8').matchAll(
    /"?filename"?:\s*"\/usr\/share\/([^"]+)",\s*"?start"?:\s*(\d+),\s*"?end"?:\s*(\d+)/g
  );
  const files: Files = {};
  let bytes = 0;
  for (const [, path = '', start, end] of entries) {
    files[path] = data.subarray(Number(start), Number(end));
    bytes += Number(end) - Number(start);
  }
  if (bytes !== data.length) throw new Error('eSpeak NG’s data are published in another form than before');
  return files;
}
