import type { Plugin } from 'vite';

/** Isolation gives WASM its threads. In development as the production server does (scripts/serve.mjs). */
export function isolation(): Plugin {
  return {
    name: 'timbre:isolation',
    configureServer(server) {
      server.middlewares.use((_, response, next) => {
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
        response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
        response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
        next();
      });
    }
  };
}
