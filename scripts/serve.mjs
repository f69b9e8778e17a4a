/**
 * Serves the built app: isolation headers, a strict CSP, compressed files, byte ranges, and the
 * app's one page for every address that is no file.
 *
 * PORT (4173), HOST (this machine only), FRAME_ANCESTORS (origins that may have `/embed` in a frame, as a
 * content security policy has them; default: those of EMBED_HOSTS, else all) and, for tests, FIXTURE_MODELS:
 * a folder served below `/models/fixtures/`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import sirv from 'sirv';
import { originsIn } from './lib/origins.mjs';
import { root } from './lib/run.mjs';

const folder = resolve(root, 'build');

/** Weights and data, which `nosniff` would otherwise leave without a type. */
const NO_KNOWN_TYPE = /\.(onnx|onnx_data|data|bin)$/;

/** The page's own policy, hashes included, for the workers and the service worker too; who may frame it is added. */
function contentSecurityPolicy() {
  const page = readFileSync(resolve(folder, 'index.html'), 'utf8');
  const policy = /http-equiv="content-security-policy" content="([^"]+)"/i.exec(page)?.[1];
  if (!policy) throw new Error('build/index.html carries no content security policy');
  return policy;
}

/** @returns {string} who may have `/embed` in a frame. @throws Error for what would end the directive. */
function frameAncestors() {
  const given = originsIn('FRAME_ANCESTORS', process.env.FRAME_ANCESTORS ?? process.env.EMBED_HOSTS, {
    form: /^(\*|'self'|'none'|https?:(\/\/[\w.*:-]+)?)$/,
    example: 'https://shop.example'
  });
  return given.join(' ') || '*';
}

const SELF = "'self'";

/**
 * What other web apps have of Timbre's (src/service-worker/isolation.ts has the reasons). A host that is isolated
 * itself takes only frames that are, and that may be taken; a window that is would lose the frame that opened it.
 * @param {string} path @param {string} ancestors
 * @returns {{ coop: string, coep: string | null, corp: string, cors?: string, ancestors: string }}
 */
export function isolationOf(path, ancestors) {
  const page = path.replace(/\/$/, '');
  const everywhere = { coop: 'same-origin', coep: 'require-corp', corp: 'same-origin', ancestors: SELF };
  if (page === '/embed') return { ...everywhere, corp: 'cross-origin', ancestors };
  if (page === '/embed/window') return { ...everywhere, coop: 'unsafe-none', coep: null };
  if (page === '/embed/timbre.js') return { ...everywhere, corp: 'cross-origin', cors: '*' };
  return everywhere;
}

/**
 * @param {import('node:http').ServerResponse} response @param {string} path
 * @param {{ policy: string, ancestors: string }} given
 */
function setSecurityHeaders(response, path, given) {
  const { coop, coep, corp, cors, ancestors } = isolationOf(path, given.ancestors);
  response.setHeader('Content-Security-Policy', `${given.policy}; frame-ancestors ${ancestors}`);
  response.setHeader('Cross-Origin-Opener-Policy', coop);
  if (coep) response.setHeader('Cross-Origin-Embedder-Policy', coep);
  response.setHeader('Cross-Origin-Resource-Policy', corp);
  if (cors) response.setHeader('Access-Control-Allow-Origin', cors);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Permissions-Policy', 'microphone=(self), camera=(), geolocation=()');
}

/** @returns {import('node:http').RequestListener} */
function handler() {
  const security = { policy: contentSecurityPolicy(), ancestors: frameAncestors() };
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
    setSecurityHeaders(response, pathOf(request), security);
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

/** @param {import('node:http').IncomingMessage} request @returns {string} as the file server reads it. */
function pathOf(request) {
  const path = (request.url ?? '').split('?')[0] ?? '';
  try {
    return decodeURIComponent(path);
  } catch {
    // No address of a file; it is looked for, and not found, as it is.
    return path;
  }
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
