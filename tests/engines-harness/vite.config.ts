import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { spoiled } from '../../workers/runtime/spoil.testing';
import { bergamot } from '../../vite/bergamot';
import { isolation } from '../../vite/isolation';
import { RUNTIME_ENTRY, shippedFiles } from '../../vite/shipped-files';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * `/models/full/`: the fixture models without their 8-bit weights, which would run on WASM whatever the device.
 * `/models/odd/`: the same, but the first time that weights are asked for they are wrong, so that what they
 * compute differs from what WASM computes with the sound file afterwards: a GPU with a broken kernel.
 * `/runtime-once/`: a runtime whose WebGPU file can be had once, by the self-test: a device that is lost
 * afterwards.
 */
function oddities(): Plugin {
  return {
    name: 'timbre-test:oddities',
    configureServer(server) {
      let given = false;
      const odd = new Set<string>();
      server.middlewares.use((request, response, next) => {
        const url = (request.url ?? '').split('?')[0] ?? '';
        const missing = () => {
          response.statusCode = 404;
          response.end();
        };
        if (url.startsWith('/models/full/') || url.startsWith('/models/odd/')) {
          const path = posix.normalize(url.replace(/^\/models\/(full|odd)\//, ''));
          const file = join(at('../fixtures/models'), path);
          if (file.includes('..') || file.includes('_quantized') || !existsSync(file)) return missing();
          response.setHeader(
            'Content-Type',
            file.endsWith('.json') ? 'application/json' : 'application/octet-stream'
          );
          response.setHeader('Cache-Control', 'no-store');
          if (url.startsWith('/models/odd/') && file.endsWith('.onnx') && !odd.has(url)) {
            odd.add(url);
            return void response.end(spoiled(readFileSync(file)));
          }
          return void createReadStream(file).pipe(response);
        }
        if (url.startsWith('/runtime-once/')) {
          response.setHeader('Cache-Control', 'no-store');
          if (url.endsWith('.asyncify.wasm')) {
            if (given) return missing();
            given = true;
          }
          request.url = url.replace('/runtime-once/', '/runtime/');
        }
        next();
      });
    }
  };
}

/** A bare page that holds the engine bridge, with the app's own runtime and the fixture models. */
export default defineConfig({
  root: at('.'),
  cacheDir: at('../../node_modules/.vite-engines-harness'),
  plugins: [bergamot(), isolation(), oddities(), shippedFiles()],
  resolve: {
    alias: [
      { find: /^onnxruntime-web(\/(all|wasm|webgpu|jspi))?$/, replacement: RUNTIME_ENTRY },
      { find: /^\$workers\//, replacement: `${at('../../workers')}/` }
    ]
  },
  server: { fs: { allow: [at('../..')] }, hmr: false },
  optimizeDeps: {
    include: ['comlink', 'valibot', '@huggingface/tokenizers'],
    exclude: ['@browsermt/bergamot-translator', 'onnxruntime-web']
  },
  worker: { format: 'es', plugins: () => [bergamot()] }
});
