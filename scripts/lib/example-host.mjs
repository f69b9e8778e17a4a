/** Serves the example host, another company's chat, from an origin that isn't the app's. */
import { createServer } from 'node:http';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { root } from './run.mjs';

const folder = resolve(root, 'embed/example');
/** What the example's files say in place of the app's address. */
const PLACEHOLDER = /https:\/\/timbre\.example/g;

const TYPES = new Map([
  ['.html', 'text/html'],
  ['.js', 'text/javascript'],
  ['.css', 'text/css'],
  ['.svg', 'image/svg+xml']
]);

/** What a host has to allow: the SDK's script and the frame, both from the app's origin. @param {string} app */
function contentSecurityPolicy(app) {
  return [
    "default-src 'none'",
    `script-src 'self' ${app}`,
    `frame-src ${app}`,
    "style-src 'self'",
    "img-src 'self'",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'"
  ].join('; ');
}

/**
 * @param {{ app: string, host?: string, port: number, isolated?: boolean }} options `app`: its origin. `host`: the
 * address to listen on; 127.0.0.1 and localhost are different sites for a browser, two ports are not. `isolated`: with
 * the headers that give the page, and the frame in it, threads; also by `?isolated` in a page's address.
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function serveExample({ app, host = '127.0.0.1', port, isolated = false }) {
  const names = new Set(readdirSync(folder).filter((name) => TYPES.has(extname(name))));
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host.invalid');
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    if (isolated || searchParams.has('isolated')) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    response.setHeader('Content-Security-Policy', contentSecurityPolicy(app));
    response.setHeader('Cache-Control', 'no-cache');
    if (!names.has(name)) {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
      return void response.end('Not found');
    }
    response.setHeader('Content-Type', `${TYPES.get(extname(name))}; charset=utf-8`);
    response.end(readFileSync(resolve(folder, name), 'utf8').replace(PLACEHOLDER, app));
  });
  await new Promise((listening, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => listening(undefined));
  });
  const address = server.address();
  const at = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${at}`,
    close() {
      server.closeAllConnections();
      server.close();
    }
  };
}
