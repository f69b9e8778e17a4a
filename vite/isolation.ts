import type { Plugin } from 'vite';
import { isolationHeaders } from '../src/service-worker/isolation.ts';

/** Isolation gives WASM its threads. In development as the production server does (scripts/serve.mjs). */
export function isolation(): Plugin {
  return {
    name: 'timbre:isolation',
    configureServer(server) {
      const { base } = server.config;
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? '').split('?')[0] ?? '';
        const below = path.startsWith(base) ? path.slice(base.length) : path.slice(1);
        for (const [name, value] of Object.entries(isolationHeaders(below))) response.setHeader(name, value);
        next();
      });
    }
  };
}
