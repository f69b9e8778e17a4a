import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { FIXTURES, fetchFromDisk, nodeConfig } from '../runtime/testing';
import type { Seq2SeqTranslator } from './engines/seq2seq';
import { createRegistry } from './registry';

const present = existsSync(join(FIXTURES, 'marian/config.json'));
if (!present) console.warn('tests/fixtures/models/marian is not here: the registry is not tried on models');

describe.skipIf(!present)('the registry', { timeout: 120_000 }, () => {
  beforeAll(() => {
    vi.stubGlobal('fetch', fetchFromDisk({ fixtures: FIXTURES }));
  });

  test('reads what models translate from their small files; the first that can is taken', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch');
    const registry = createRegistry(
      nodeConfig({ translators: [{ model: 'fixtures/marian' }, { model: 'fixtures/m2m100' }] })
    );
    const direct = await registry.directions();
    expect(direct('en', 'fr')).toBe('fixtures/marian');
    expect(direct('fr', 'en')).toBe('fixtures/m2m100');
    expect(direct('en', 'en')).toBeUndefined();
    expect(fetched.mock.calls.every(([url]) => String(url).endsWith('.json'))).toBe(true);
    fetched.mockRestore();
  });

  test('what the page declares is believed and nothing is read', async () => {
    const declared = { model: 'fixtures/none', directions: { from: 'pl', to: 'cs' } } as const;
    const direct = await createRegistry(nodeConfig({ translators: [declared] })).directions();
    expect(direct('pl', 'cs')).toBe('fixtures/none');
    expect(direct('cs', 'pl')).toBeUndefined();
  });

  test('without a list there is the one chosen model', async () => {
    const direct = await createRegistry(
      nodeConfig({ models: { translator: 'fixtures/m2m100' } })
    ).directions();
    expect(direct('de', 'it')).toBe('fixtures/m2m100');
    await expect(createRegistry(nodeConfig()).directions()).rejects.toMatchObject({ code: 'model/missing' });
  });

  test('where one model at a time has room, the one before is given back first', async () => {
    const models = ['fixtures/marian', 'fixtures/m2m100'] as const;
    for (const oneModelAtATime of [true, false]) {
      const registry = createRegistry(
        nodeConfig({ translators: models.map((model) => ({ model })), oneModelAtATime })
      );
      const first = (await registry.open(models[0])) as Seq2SeqTranslator;
      const release = vi.spyOn(first, 'release');
      await registry.open(models[1]);
      expect(release).toHaveBeenCalledTimes(oneModelAtATime ? 1 : 0);
      expect((await registry.open(models[0])) === first).toBe(!oneModelAtATime);
    }
  });

  test('a model is loaded once while it is in use', async () => {
    const registry = createRegistry(nodeConfig({ models: { translator: 'fixtures/marian' } }));
    const loads: number[] = [];
    const first = await registry.open('fixtures/marian', (fraction) => loads.push(fraction));
    expect(loads.at(-1)).toBe(1);
    const count = loads.length;
    expect(await registry.open('fixtures/marian', (fraction) => loads.push(fraction))).toBe(first);
    expect(loads).toHaveLength(count);
  });
});
