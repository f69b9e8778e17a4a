import { expect, test } from 'vitest';
import { fetchBytes, fetchJson, fetchOptionalJson } from './fetchBytes';
import { relativeDifference, testDevice } from './selfTest';
import { createSession } from './session';
import { SELF_TEST_GRAPH } from './self-test-graph';
import { floatData, floats, integers } from './tensors';
import { nodeConfig } from './testing';

const answering =
  (response: () => Response): typeof fetch =>
  async () =>
    response();

test('the self-test graph runs and agrees with itself', async () => {
  expect(await testDevice(nodeConfig(), 'wasm')).toEqual({ agrees: true, difference: 0 });
});

test('a session knows its names and shapes; a wrong input is a coded error', async () => {
  const bytes = Uint8Array.from(atob(SELF_TEST_GRAPH), (c) => c.charCodeAt(0));
  const session = await createSession(bytes, nodeConfig(), { name: 'graph' });
  expect(session.inputNames).toEqual(['x', 'ids']);
  expect(session.inputShape('x')).toEqual([1, 8, 24]);
  expect(session.inputShape('none')).toBeUndefined();
  const ids = integers(new Array<number>(24).fill(0), [24]);
  const { y } = await session.run({ x: floats(new Float32Array(192), [1, 8, 24]), ids });
  expect(floatData(y, 'y').every(Number.isFinite)).toBe(true);
  await expect(session.run({ x: floats(new Float32Array(8), [1, 8, 1]), ids })).rejects.toMatchObject({
    code: 'model/run-failed'
  });
  await session.release();
});

test('an output that may stay on the device is in memory on WASM, and can be let go', async () => {
  const bytes = Uint8Array.from(atob(SELF_TEST_GRAPH), (c) => c.charCodeAt(0));
  const session = await createSession(bytes, nodeConfig(), { name: 'graph', keepOnDevice: () => true });
  const ids = integers(new Array<number>(24).fill(0), [24]);
  const { y } = await session.run({ x: floats(new Float32Array(192), [1, 8, 24]), ids });
  expect(floatData(y, 'y').every(Number.isFinite)).toBe(true);
  y?.dispose();
  expect(y?.location).toBe('none');
  await session.release();
});

test('a file that is no model is a coded error', async () => {
  await expect(createSession(new Uint8Array([1, 2, 3]), nodeConfig())).rejects.toMatchObject({
    code: 'model/load-failed'
  });
});

test('relative difference: scale does not matter, shape and not-a-number do', () => {
  expect(relativeDifference(Float32Array.of(100, 50), Float32Array.of(100, 51))).toBeCloseTo(0.01);
  expect(relativeDifference(Float32Array.of(1), Float32Array.of(1, 2))).toBe(Infinity);
  expect(relativeDifference(Float32Array.of(NaN), Float32Array.of(1))).toBe(Infinity);
  expect(relativeDifference(Float32Array.of(0), Float32Array.of(0))).toBe(0);
});

test('bytes come whole, with progress, whether or not the length was announced', async () => {
  const body = Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 251);
  for (const headers of [{ 'Content-Length': String(body.length) }, {}]) {
    const seen: number[] = [];
    const bytes = await fetchBytes(
      'u',
      (loaded) => seen.push(loaded),
      answering(() => new Response(body, { headers }))
    );
    expect(Buffer.compare(bytes, body)).toBe(0);
    expect(seen.at(-1)).toBe(body.length);
  }
});

test.each([
  ['model/missing', () => new Response('', { status: 404 })],
  [
    'model/missing',
    () => new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html; charset=utf-8' } })
  ],
  ['model/load-failed', () => new Response('', { status: 500 })],
  ['model/load-failed', () => new Response('abc', { headers: { 'Content-Length': '5' } })],
  ['network/offline', () => { throw new TypeError('failed to fetch'); }] // prettier-ignore
])('a bad answer is %s', async (code, response) => {
  await expect(fetchBytes('u', undefined, answering(response))).rejects.toMatchObject({ code });
});

test('JSON: optional files may be missing, broken ones are an error', async () => {
  const none = answering(() => new Response('', { status: 404 }));
  expect(await fetchOptionalJson('u', none)).toBeUndefined();
  await expect(fetchJson('u', none)).rejects.toMatchObject({ code: 'model/missing' });
  expect(
    await fetchJson(
      'u',
      answering(() => new Response('{"a":1}'))
    )
  ).toEqual({ a: 1 });
  await expect(
    fetchOptionalJson(
      'u',
      answering(() => new Response('{'))
    )
  ).rejects.toMatchObject({ code: 'model/load-failed' });
});
