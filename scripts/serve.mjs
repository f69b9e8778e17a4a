/**
 * Serves the built app: isolation headers, a strict CSP, compressed files, byte ranges, and the
 * app's one page for every address that is no file.
 *
 * PORT (4173), HOST (this machine only) and, for tests, FIXTURE_MODELS: a folder served below
 * `/models/fixtures/`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import sirv from 'sirv';
import { root } from './lib/run.mjs';

const folder = resolve(root, 'build');

/** Weights and data, which `nosniff` would otherwise leave without a type. */
const NO_KNOWN_TYPE = /\.(onnx|onnx_data|data|bin)$/;

/** The page's own policy, hashes included, for the workers and the service worker too. */
function contentSecurityPolicy() {
  const page = readFileSync(resolve(folder, 'index.html'), 'utf8');
  const policy = /http-equiv="content-security-policy" content="([^"]+)"/i.exec(page)?.[1];
  if (!policy) throw new Error('build/index.html carries no content security policy');
  return `${policy}; frame-ancestors 'self'`;
}

/** @param {import('node:http').ServerResponse} response @param {string} policy */
function setSecurityHeaders(response, policy) {
  response.setHeader('Content-Security-Policy', policy);
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Permissions-Policy', 'microphone=(self), camera=(), geolocation=()');
}

/** @returns {import('node:http').RequestListener} */
function handler() {
  const policy = contentSecurityPolicy();
  const app = sirv(folder, {
    etag: true,
    gzip: true,
    brotli: true,
    single: true,
    setHeaders(response, path) {
      const isHashed = path.startsWith('/_app/immutable/');
      response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (NO_KNOWN_TYPE.test(path)) response.setHeader('Content-Type', 'application/octet-stream');
    }
  });
  const fixtures = process.env.FIXTURE_MODELS
    ? sirv(resolve(root, process.env.FIXTURE_MODELS), { dev: true })
    : undefined;

  return (request, response) => {
    setSecurityHeaders(response, policy);
    const notFound = () => {
      response.statusCode = 404;
      response.setHeader('Content-Type', 'text/plain; charset=utf-8');
      response.end('Not found');
    };
    // A share that comes before the service worker does: the file can't be kept, the page can say so.
    if (request.method === 'POST' && request.url === '/share') {
      request.resume();
      response.writeHead(303, { Location: '/share' });
      return void response.end();
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.statusCode = 405;
      response.setHeader('Allow', 'GET, HEAD');
      return void response.end();
    }
    // A range counts bytes of the file itself, not of its compressed form.
    if (request.headers.range) delete request.headers['accept-encoding'];
    if (fixtures && request.url?.startsWith('/models/fixtures/')) {
      request.url = request.url.slice('/models/fixtures'.length);
      return fixtures(request, response, notFound);
    }
    app(request, response, notFound);
  };
}

/** Starts the server and says where it is. Ends the process with a message when the port is taken. */
export async function serve() {
  if (!existsSync(resolve(folder, 'index.html'))) {
    console.error('There is no build yet: run npm start, or npm run build.');
    process.exit(1);
  }
  const port = Number(process.env.PORT ?? 4173);
  const listener = handler();
  const listen = (host) =>
    new Promise((done, failed) => {
      const server = createServer(listener);
      server.once('error', failed);
      server.listen(port, host, () => done(server));
    });
  try {
    await listen(process.env.HOST ?? '127.0.0.1');
  } catch (error) {
    console.error(
      error.code === 'EADDRINUSE'
        ? `Port ${port} is in use. Choose another: PORT=${port + 1} npm start`
        : `The server could not start: ${error.message}`
    );
    process.exit(1);
  }
  // Some browsers take `localhost` for ::1; a machine without IPv6 does well without it.
  if (!process.env.HOST) await listen('::1').catch(() => undefined);
  console.log(`Timbre is at http://localhost:${port} (Ctrl+C to stop)`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await serve();
