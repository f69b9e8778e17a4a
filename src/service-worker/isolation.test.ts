import { expect, it } from 'vitest';
import { isolationOf } from '../../scripts/serve.mjs';
import { isolated, isolationHeaders } from './isolation';

const COOP = 'Cross-Origin-Opener-Policy';
const COEP = 'Cross-Origin-Embedder-Policy';
const CORP = 'Cross-Origin-Resource-Policy';

it.each([
  ['', 'same-origin', 'require-corp', 'same-origin', null],
  ['settings', 'same-origin', 'require-corp', 'same-origin', null],
  ['embedded', 'same-origin', 'require-corp', 'same-origin', null],
  ['embed', 'same-origin', 'require-corp', 'cross-origin', null],
  ['embed/', 'same-origin', 'require-corp', 'cross-origin', null],
  ['embed/window', 'unsafe-none', null, 'same-origin', null],
  ['embed/timbre.js', 'same-origin', 'require-corp', 'cross-origin', '*']
])('/%s: the worker adds what the server sends', (path, coop, coep, corp, cors) => {
  const { headers } = isolated(new Response('page'), path);
  expect([COOP, COEP, CORP, 'Access-Control-Allow-Origin'].map((name) => headers.get(name))).toEqual([
    coop,
    coep,
    corp,
    cors
  ]);
  const server = isolationOf(`/${path}`, '*');
  expect([server.coop, server.coep, server.corp, server.cors ?? null]).toEqual([coop, coep, corp, cors]);
});

it.each([
  ['/', "'self'"],
  ['/embed', 'https://a.example'],
  ['/embed/window', "'self'"]
])('%s may be framed by %s', (path, ancestors) => {
  expect(isolationOf(path, 'https://a.example').ancestors).toBe(ancestors);
});

it('what a server sends stands, and only what is missing is added', () => {
  const all = new Response('page', { headers: isolationHeaders('') });
  expect(isolated(all, '')).toBe(all);
  const some = new Response('page', { headers: { [COEP]: 'credentialless' } });
  expect(isolated(some, '').headers.get(COEP)).toBe('credentialless');
  expect(isolated(some, '').headers.get(COOP)).toBe('same-origin');
});
