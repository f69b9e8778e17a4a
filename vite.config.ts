import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { bergamot } from './vite/bergamot.ts';
import { embedHosts } from './vite/embedHosts.ts';
import { isolation } from './vite/isolation.ts';
import { sdk } from './vite/sdk.ts';
import { RUNTIME_ENTRY, shippedFiles } from './vite/shipped-files.ts';

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/lib/paraglide',
      strategy: ['localStorage', 'preferredLanguage', 'baseLocale']
    }),
    bergamot(),
    isolation(),
    shippedFiles(),
    sdk(),
    sveltekit()
  ],
  define: { __EMBED_HOSTS__: JSON.stringify(embedHosts()) },
  // Every door to the runtime leads to the same build: one .wasm, fetched once.
  resolve: { alias: [{ find: /^onnxruntime-web(\/(all|wasm|webgpu|jspi))?$/, replacement: RUNTIME_ENTRY }] },
  // The plugins above reach workers in development only.
  worker: { format: 'es', plugins: () => [bergamot()] },
  // The workers and the catalogue of models lie beside `src`, not in it.
  server: { fs: { allow: ['workers', 'models'] } },
  optimizeDeps: {
    exclude: ['@browsermt/bergamot-translator', '@huggingface/transformers', 'onnxruntime-web']
  },
  build: { target: 'es2022', chunkSizeWarningLimit: 1500, assetsInlineLimit: 1024 }
});
