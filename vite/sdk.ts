/**
 * The SDK for other web apps, at `/embed/timbre.js`: made from `embed/src` for each request in development, and
 * with the build. Other apps name it in their pages, so its name has no hash; the app needs no copy of it offline.
 */
import type { Plugin } from 'vite';
import { bundle } from '../embed/bundle.mjs';

/** Below the app's base. */
const PATH = 'embed/timbre.js';

export function sdk(): Plugin {
  let isClientBuild = false;
  let base = '/';
  return {
    name: 'timbre:sdk',
    configResolved(config) {
      isClientBuild = config.command === 'build' && !config.build.ssr;
      base = config.base.startsWith('/') ? config.base : '/';
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if ((request.url ?? '').split('?')[0] !== `${base}${PATH}`) return next();
        bundle().then((code) => {
          response.setHeader('Content-Type', 'text/javascript');
          response.setHeader('Cache-Control', 'no-cache');
          response.end(code);
        }, next);
      });
    },
    async generateBundle() {
      if (isClientBuild) this.emitFile({ type: 'asset', fileName: PATH, source: await bundle() });
    }
  };
}
