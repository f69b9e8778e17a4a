import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { originsIn } from './scripts/lib/origins.mjs';

/**
 * Where full-size models come from: the public hub, and the servers that it sends large files from
 * (by its own list, https://huggingface.co/.well-known/meta.json). Nobody is asked before a person downloads.
 */
const HUB_HOSTS = ['https://huggingface.co', 'https://*.hf.co'];

/** Mirrors that whoever builds the app allows besides, e.g. `MODEL_HOSTS="https://mirror.example"`: docs/models.md. */
function mirrorHosts() {
  return originsIn('MODEL_HOSTS', process.env.MODEL_HOSTS, {
    form: /^https?:\/\/(\*\.)?[\w.-]+(:(\d+|\*))?$/,
    example: 'https://mirror.example'
  });
}

/** @type {import('@sveltejs/kit').Config} */
const config = {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
  kit: {
    adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html', strict: false }),
    alias: { $workers: 'workers', '$workers/*': 'workers/*', '$sdk/*': 'embed/src/*' },
    // The page registers the worker itself, through workbox-window: it must ask before it updates.
    serviceWorker: { register: false },
    paths: { base: process.env.BASE_PATH ?? '' },
    csp: {
      mode: 'hash',
      directives: {
        'default-src': ['self'],
        'script-src': ['self', 'wasm-unsafe-eval'],
        'worker-src': ['self', 'blob:'],
        'connect-src': ['self', 'blob:', 'data:', ...HUB_HOSTS, ...mirrorHosts()],
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
          '../embed/**/*.ts',
          '../*.config.ts'
        ]
      })
    }
  }
};

export default config;
