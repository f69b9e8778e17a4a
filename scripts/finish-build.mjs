/**
 * The last step of a build: the app's page once more as 404.html, which static hosts answer unknown
 * addresses with, and in the folder `embed`, which is there for the SDK's sake and where hosts would
 * find no page; and .br beside what compresses well. Model files are left as they are: weights hardly
 * shrink, and a download's progress counts their true bytes.
 */
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { root } from './lib/run.mjs';

const compress = promisify(brotliCompress);
const folder = resolve(root, 'build');
const SUFFIX = /\.(js|mjs|css|html|json|svg|webmanifest|wasm)$/;
/** Above this size the best setting takes minutes; 5 is nearly as small. */
const BIG_BYTES = 2_000_000;

await mkdir(resolve(folder, 'embed/window'), { recursive: true });
for (const copy of ['404.html', 'embed/index.html', 'embed/window/index.html'])
  await copyFile(resolve(folder, 'index.html'), resolve(folder, copy));
const names = await readdir(folder, { recursive: true });
const files = names
  .filter((name) => SUFFIX.test(name) && (!/^models[/\\]/.test(name) || name.endsWith('.wasm')))
  .map((name) => resolve(folder, name));
await Promise.all(
  files.map(async (file) => {
    const { size } = await stat(file);
    if (size < 1024) return;
    const quality = size > BIG_BYTES ? 5 : 10;
    const options = {
      params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: size }
    };
    await writeFile(`${file}.br`, await compress(await readFile(file), options));
  })
);
