import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
const config = {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
  kit: {
    adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html', strict: false }),
    alias: { $workers: 'workers', '$workers/*': 'workers/*' },
    // The page registers the worker itself, through workbox-window: it must ask before it updates.
    serviceWorker: { register: false },
    paths: { base: process.env.BASE_PATH ?? '' },
    csp: {
      mode: 'hash',
      directives: {
        'default-src': ['self'],
        'script-src': ['self', 'wasm-unsafe-eval'],
        'worker-src': ['self', 'blob:'],
        'connect-src': ['self', 'blob:', 'data:'],
        'img-src': ['self', 'blob:', 'data:'],
        'media-src': ['self', 'blob:', 'data:'],
        'style-src': ['self'],
        // Lengths and fractions (`--f: .62`) are set on elements; no style sheet can be injected.
        'style-src-attr': ['unsafe-inline'],
        'font-src': ['self'],
        'object-src': ['none'],
        'base-uri': ['none'],
        'form-action': ['self']
      }
    },
    typescript: {
      config: (tsconfig) => ({
        ...tsconfig,
        include: [
          ...tsconfig.include,
          '../workers/**/*.ts',
          '../vite/**/*.ts',
          '../tests/**/*.ts',
          '../bench/**/*.ts',
          '../models/*.ts',
          '../*.config.ts'
        ]
      })
    }
  }
};

export default config;
