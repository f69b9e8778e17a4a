/** The SDK as it is published, in `embed/dist`: `node embed/build.mjs`. The app takes the module from bundle.mjs, too. */
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { bundle } from './bundle.mjs';
import { types } from './types.mjs';

const dist = resolve(import.meta.dirname, 'dist');
await mkdir(dist, { recursive: true });
await writeFile(resolve(dist, 'timbre.js'), await bundle());
await writeFile(resolve(dist, 'timbre.d.ts'), types());
