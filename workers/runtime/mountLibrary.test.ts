import { expect, it } from 'vitest';
import { TimbreError } from '../contract';
import { fetchBytes, fetchJson, fetchOptionalJson, mountLibrary } from './fetchBytes';

it('reads URLs below hub/ from the library and fetches all others', async () => {
  const files = new Map([['some/model/a file.json', new TextEncoder().encode('{"a":1}')]]);
  const asked: string[] = [];
  mountLibrary('https://app.example/models/', async (path, onBytes) => {
    const bytes = files.get(path);
    if (!bytes) throw new TimbreError('model/missing', path);
    onBytes?.(bytes.length, bytes.length);
    return bytes;
  });
  const network: typeof fetch = async (input) => {
    asked.push(String(input));
    return new Response('{"net":1}');
  };
  const url = 'https://app.example/models/hub/some/model/a%20file.json';
  const told: number[] = [];
  expect(await fetchBytes(url, (loaded) => told.push(loaded), network)).toBe(
    files.get('some/model/a file.json')
  );
  expect(told).toEqual([7]);
  expect(await fetchJson(url, network)).toEqual({ a: 1 });
  expect(
    await fetchOptionalJson('https://app.example/models/hub/some/model/none.json', network)
  ).toBeUndefined();
  await expect(fetchBytes('https://app.example/models/hub/x', undefined, network)).rejects.toMatchObject({
    code: 'model/missing'
  });
  expect(asked).toEqual([]);
  expect(await fetchJson('https://app.example/models/starter/x.json', network)).toEqual({ net: 1 });
  expect(asked).toHaveLength(1);
});
