/** Builds and serves the bench's page with the app's own runtime and models, isolated, and counts what it sends. */
import { createServer } from 'node:http';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import sirv from 'sirv';
import { build } from 'vite';
import { root } from '../../scripts/lib/run.mjs';

const dist = resolve(root, 'node_modules/.timbre-bench');
const compress = promisify(brotliCompress);
let built;

/** Above this size the best compression takes minutes. */
const BIG_BYTES = 2_000_000;

async function buildHarness() {
  await build({ configFile: resolve(root, 'bench/harness/vite.config.ts'), logLevel: 'error' });
  const names = await readdir(dist, { recursive: true });
  const files = names.filter((name) => /\.(m?js|wasm)$/.test(name)).map((name) => resolve(dist, name));
  // As the app's own server sends them.
  await Promise.all(
    files.map(async (file) => {
      const content = await readFile(file);
      const params = { [constants.BROTLI_PARAM_QUALITY]: content.length > BIG_BYTES ? 5 : 10 };
      await writeFile(`${file}.br`, await compress(content, { params }));
    })
  );
}

/**
 * @returns {Promise<{ url: string, bytes(): { total: number, script: number }, resetBytes(): void, close(): void }>}
 */
export async function serveHarness() {
  built ??= buildHarness();
  await built;
  const options = {
    brotli: true,
    etag: true,
    setHeaders: (response) => response.setHeader('Cache-Control', 'no-store')
  };
  const page = sirv(dist, options);
  // Weights that aren't part of the build yet, e.g. of a training that still runs.
  const starter = process.env.STARTER_MODELS ? sirv(resolve(process.env.STARTER_MODELS), options) : undefined;
  // As large as a model of the hub, made for the bench: models/training/contract.
  const sized = process.env.SIZED_MODELS ? sirv(resolve(process.env.SIZED_MODELS), options) : undefined;
  const fixtures = sirv(resolve(root, 'tests/fixtures/models'), options);
  const counted = { total: 0, script: 0 };

  const server = createServer((request, response) => {
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    const path = request.url ?? '/';
    response.on('finish', () => {
      const bytes = Number(response.getHeader('Content-Length') ?? 0);
      counted.total += bytes;
      if (/\.m?js$/.test(path)) counted.script += bytes;
    });
    const notFound = () => {
      response.statusCode = 404;
      response.end();
    };
    // Fixture models, at full precision only where WebGPU and WASM are to be compared.
    const fixture = /^\/models\/(fixtures|full)(\/.*)$/.exec(path);
    if (fixture) {
      if (fixture[1] === 'full' && path.includes('_quantized')) return notFound();
      request.url = fixture[2];
      return fixtures(request, response, notFound);
    }
    if (starter && path.startsWith('/models/starter/')) {
      request.url = path.slice('/models/starter'.length);
      return starter(request, response, notFound);
    }
    if (sized && path.startsWith('/models/sized/')) {
      request.url = path.slice('/models/sized'.length);
      return sized(request, response, notFound);
    }
    page(request, response, notFound);
  });
  await new Promise((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address();
  return {
    url: `http://localhost:${port}`,
    bytes: () => ({ ...counted }),
    resetBytes() {
      counted.total = 0;
      counted.script = 0;
    },
    close() {
      server.closeAllConnections();
      server.close();
    }
  };
}
