import type { EspeakModule, EspeakWorker } from '@echogarden/espeak-ng-emscripten';

/**
 * eSpeak's file for a voice's name: the file of that name, else the first that speaks the language.
 * @param name e.g. `en-us`, which is `gmw/en-US`. Undefined: there is none.
 */
export function identifierOf(worker: EspeakWorker, name: string): string | undefined {
  const voices = worker.list_voices();
  const wanted = name.toLowerCase();
  const own = voices.find(({ identifier }) => identifier.toLowerCase().split('/').at(-1) === wanted);
  const other = voices.find(({ languages }) => languages.some((language) => language.name === wanted));
  return (own ?? other)?.identifier;
}

/** The pronunciation in the voice that is set: IPA, words apart by spaces, breaks by ` | `. */
export function phonemesOf(module: EspeakModule, worker: EspeakWorker, text: string): string {
  const from = module.getPointer(worker.text_to_phonemes(text, 1));
  // Asked for after the call: the memory may have grown in it.
  const memory = module.HEAPU8;
  const joined = new TextDecoder().decode(memory.slice(from, memory.indexOf(0, from)));
  // `_` stands between phonemes, and for breaks that have no letter in IPA; (en) where another language begins.
  return joined.replace(/\([^)]+\)|_/gu, '');
}
