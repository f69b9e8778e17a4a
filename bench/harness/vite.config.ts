import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { bergamot } from '../../vite/bergamot.ts';
import { RUNTIME_ENTRY, shippedFiles } from '../../vite/shipped-files.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The page that the bench measures: the app's own parts, built as the app is, without its pages. */
export default defineConfig({
  root: at('.'),
  publicDir: false,
  plugins: [bergamot(), shippedFiles()],
  resolve: {
    alias: [
      { find: /^onnxruntime-web(\/(all|wasm|webgpu|jspi))?$/, replacement: RUNTIME_ENTRY },
      { find: '$lib', replacement: at('../../src/lib') },
      { find: '$workers', replacement: at('../../workers') }
    ]
  },
  worker: { format: 'es', plugins: () => [bergamot()] },
  build: {
    target: 'es2022',
    outDir: at('../../node_modules/.timbre-bench'),
    emptyOutDir: true,
    chunkSizeWarningLimit: 5000
  }
});
