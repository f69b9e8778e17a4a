import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A bare page that holds one capability at a time, so that it can be tried in a real browser by itself. */
export default defineConfig({
  root: at('.'),
  cacheDir: at('../../node_modules/.vite-audio-harness'),
  server: { fs: { allow: [at('../..')] }, hmr: false },
  optimizeDeps: { include: ['comlink', 'mediabunny'] },
  worker: { format: 'es' }
});
