/** The SDK as one ES module. */
import { resolve } from 'node:path';
import { build } from 'vite';

const folder = import.meta.dirname;

/** @returns {Promise<string>} the module's code */
export async function bundle() {
  const result = await build({
    configFile: false,
    envDir: false,
    root: folder,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      // A library's spaces are kept otherwise.
      rolldownOptions: { output: { minify: true } },
      lib: { entry: resolve(folder, 'src/index.ts'), formats: ['es'], fileName: () => 'timbre.js' }
    }
  });
  const outputs = [result].flat().flatMap((each) => ('output' in each ? each.output : []));
  const [only] = outputs;
  if (outputs.length !== 1 || only?.type !== 'chunk') throw new Error('the SDK must be one file');
  return only.code;
}
