/**
 * Bergamot's program as a module. Its package has what Emscripten 3.1.8 wrote: a classic script that takes its
 * options from a global `Module`, and finds its WASM's functions again as globals. Here it becomes a function of its
 * options that touches no global, so that it can be bundled with our own worker and be started several times.
 */
import type { Plugin } from 'vite';

const SCRIPT = /@browsermt\/bergamot-translator\/worker\/bergamot-translator-worker\.js$/;

/** Where the script puts the WASM's functions. */
const GLOBALS = 'var global_object = this;';
/** Those that it calls by their names alone. */
const CALLED = ['_malloc', '_free', '___getTypeName'];

/**
 * @param script as published. @returns a module whose default export starts the program with the options it is given.
 * @throws Error when the script is not the one that this was written for.
 */
export function asModule(script: string): string {
  if (!script.includes(GLOBALS)) throw new Error('vite/bergamot.ts does not know this version of Bergamot');
  const calls = CALLED.map(
    (name) => `const ${name} = (...given) => Module[${JSON.stringify(name)}](...given);`
  );
  return [
    'export default function start(Module) {',
    ...calls,
    script.replace(GLOBALS, 'var global_object = {};'),
    '}'
  ].join('\n');
}

export function bergamot(): Plugin {
  return {
    name: 'timbre:bergamot',
    enforce: 'pre',
    transform(code, id) {
      return SCRIPT.test(id.split('?')[0] ?? '') ? { code: asModule(code), map: null } : undefined;
    }
  };
}
