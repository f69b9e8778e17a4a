/** The real program with small models made by hand: what it says follows from their files alone. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { modelById } from '../../../../models/catalog';
import type { WorkerConfig } from '../../../contract';
import { testContext, unstopped } from '../../../library/harness.testing';
import { startHub } from '../../../library/hub.testing';
import { install } from '../../../library/install';
import { Disk, Tab } from '../../../library/memoryStore.testing';
import { readStored } from '../../../library/read';
import { mountLibrary } from '../../../runtime';
import { MODEL_BASE, nodeConfig } from '../../../runtime/testing';
import { createRegistry } from '../../registry';
import { translate } from '../../translate';
import { loadBergamot } from './index';
import { tinyModel } from './tinyModel.testing';

const WASM = createRequire(import.meta.url).resolve(
  '@browsermt/bergamot-translator/worker/bergamot-translator-worker.wasm'
);
const RUNTIME = 'http://runtime.test/';
const EN_FR = [
  ['we', 'nous'],
  ['you', 'vous'],
  ['meet', 'rencontrons'],
  ['the', 'le'],
  ['train', 'train'],
  ['late', 'tard'],
  ['.', '.'],
  ['sir', ''],
  ['go', 'allons']
] as const;
const FR_EN = [
  ['nous', 'we'],
  ['rencontrons', 'meet'],
  ['le', 'the'],
  ['train', 'train'],
  ['.', '.']
] as const;
const EN_JA = [
  ['we', '私達'],
  ['meet', '会う'],
  ['the', 'あの'],
  ['train', '電車'],
  ['.', '.']
] as const;

/** By URL. */
let files: Map<string, Uint8Array<ArrayBuffer>>;
let asked: string[];

function put(folder: string, pair: string, words: readonly (readonly [string, string])[], separate = false) {
  const { model, shortlist, vocabularies } = tinyModel(words, separate);
  const names = separate ? ['srcvocab', 'trgvocab'] : ['vocab'];
  const at = (name: string) => `${MODEL_BASE}${folder}/${name}`;
  files.set(at(`model.${pair}.intgemm.alphas.bin`), model);
  files.set(at(`lex.50.50.${pair}.s2t.bin`), shortlist);
  vocabularies.forEach((bytes, i) => files.set(at(`${names[i]}.${pair}.spm`), bytes));
}
const MODEL = `${MODEL_BASE}fixtures/en-fr/model.enfr.intgemm.alphas.bin`;
const SHORTLIST = `${MODEL_BASE}fixtures/en-fr/lex.50.50.enfr.s2t.bin`;
const VOCABULARY = `${MODEL_BASE}fixtures/en-fr/vocab.enfr.spm`;

beforeEach(() => {
  asked = [];
  files = new Map([[`${RUNTIME}bergamot-translator-worker.wasm`, new Uint8Array(readFileSync(WASM))]]);
  put('fixtures/en-fr', 'enfr', EN_FR);
  put('fixtures/fr-en', 'fren', FR_EN);
  put('fixtures/en-ja', 'enja', EN_JA, true);
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    const bytes = files.get(url);
    return bytes
      ? new Response(bytes, { headers: { 'Content-Length': String(bytes.length) } })
      : new Response('', { status: 404 });
  });
  return () => vi.unstubAllGlobals();
});

const config = (change: Partial<WorkerConfig> = {}) => nodeConfig({ runtimeBase: RUNTIME, ...change });
const load = (onFraction?: (fraction: number) => void) =>
  loadBergamot(`${MODEL_BASE}fixtures/en-fr/`, { from: 'en', to: 'fr' }, config(), onFraction);

describe('one direction', () => {
  test('says what its model says, sentence by sentence, whatever the batch', async () => {
    const translator = await load();
    const sentences = ['we meet the train.', '…', 'you', ' we meet the late train. we go. ', 'you go'];
    const many = [...sentences, ...sentences, ...sentences];
    const done: string[] = [];
    const said = (await translator.translate(many, 'en', ['fr'], (to) => done.push(to))).get('fr');
    const expected = [
      'nous rencontrons le train.',
      '…',
      'vous',
      'nous rencontrons le tard train. nous allons.',
      'vous allons'
    ];
    expect(said).toEqual([...expected, ...expected, ...expected]);
    expect(done).toEqual(many.map(() => 'fr'));
    for (const [i, sentence] of sentences.entries())
      expect((await translator.translate([sentence], 'en', ['fr'])).get('fr')).toEqual([expected[i]]);
  });

  test('what ends too early, or in a loop that nobody spoke, is left blank', async () => {
    put('fixtures/en-fr', 'enfr', [...EN_FR.slice(0, 7), ['sir', ''], ['boss', 'vous'], ['pal', 'vous']]);
    const translator = await load();
    const sentences = [
      'sir you meet the late train you meet the train',
      'you boss pal you boss pal',
      'you you'
    ];
    expect((await translator.translate(sentences, 'en', ['fr'])).get('fr')).toEqual(['', '', 'vous vous']);
  });

  test('is all that it translates', async () => {
    const translator = await load();
    expect(await translator.translate(['we'], 'en', [])).toEqual(new Map());
    for (const [from, to] of [
      ['fr', 'en'],
      ['en', 'de']
    ] as const)
      await expect(translator.translate(['we'], from, [to])).rejects.toMatchObject({
        code: 'translate/no-path'
      });
  });

  test('tells how far loading is, and never goes back', async () => {
    const fractions: number[] = [];
    await load((fraction) => fractions.push(fraction));
    expect(fractions.at(-1)).toBe(1);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
  });
});

describe('files that are missing or damaged', () => {
  test.each([MODEL, SHORTLIST, VOCABULARY])('%s is missing', async (url) => {
    files.delete(url);
    await expect(load()).rejects.toMatchObject({ code: 'model/missing' });
  });

  const cut = (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, bytes.length - 300);
  const page = () => new TextEncoder().encode('<!doctype html>'.repeat(50));
  const wild = (bytes: Uint8Array<ArrayBuffer>) => bytes.with(52, 0xff);
  test.each([
    ['cut off', MODEL, cut],
    ['something else', MODEL, page],
    ['empty', MODEL, () => new Uint8Array()],
    ['cut off', SHORTLIST, cut],
    ['something else', SHORTLIST, page],
    ['out of its bounds', SHORTLIST, wild],
    ['cut off', VOCABULARY, cut],
    ['something else', VOCABULARY, page]
  ])('%s: %s', async (_, url, spoil) => {
    files.set(url, spoil(files.get(url) ?? new Uint8Array()));
    await expect(load()).rejects.toMatchObject({
      code: 'model/damaged',
      message: expect.stringContaining(url)
    });
  });

  test('whole files that do not fit together are told in Marian’s words, and leave others alone', async () => {
    const other = await load();
    const bytes = files.get(MODEL) ?? new Uint8Array();
    // Its settings' first word is the kind of model.
    const at = Buffer.from(bytes).indexOf('type: transformer');
    files.set(MODEL, bytes.with(at + 6, 'x'.charCodeAt(0)));
    await expect(load()).rejects.toMatchObject({
      code: 'model/load-failed',
      message: expect.stringMatching(/fixtures\/en-fr\/ could not be loaded: .*xransformer/)
    });
    expect((await other.translate(['we go'], 'en', ['fr'])).get('fr')).toEqual(['nous allons']);
  });
});

describe('among the stage’s models', () => {
  const model = (pair: string) => ({ model: `fixtures/${pair}`, engine: 'bergamot' as const });

  test('a pair without a model goes through English; a vocabulary for each side is found', async () => {
    const registry = createRegistry(config({ translators: ['en-fr', 'fr-en', 'en-ja'].map(model) }));
    expect(await translate(['nous rencontrons le train.'], 'fr', ['en', 'ja'], registry)).toEqual({
      en: { sentences: ['we meet the train.'], via: [], model: 'fixtures/fr-en' },
      ja: { sentences: ['私達 会う あの 電車.'], via: ['en'], model: 'fixtures/fr-en + fixtures/en-ja' }
    });
    // Nothing of it is loaded for a pair that nobody wants.
    expect(asked.filter((url) => url.includes('/en-fr/'))).toEqual([]);
  });

  test('its direction is declared, or its folder’s name', async () => {
    const declared = { ...model('en-fr'), directions: { from: 'en', to: 'fr' } } as const;
    const direct = await createRegistry(config({ translators: [declared, model('fr-en')] })).directions();
    expect([direct('en', 'fr'), direct('fr', 'en'), direct('en', 'ja')]).toEqual([
      'fixtures/en-fr',
      'fixtures/fr-en',
      undefined
    ]);
    expect(asked).toEqual([]);
    const nameless = createRegistry(config({ translators: [model('somewhere')] }));
    await expect(nameless.directions()).rejects.toMatchObject({ code: 'model/load-failed' });
  });
});

test('a model of the library is read from its store, and its files are asked of nobody', async () => {
  const network = fetch;
  vi.unstubAllGlobals();
  const hub = await startHub();
  const store = new Tab(new Disk()).chunked(64 * 1024);
  mountLibrary(MODEL_BASE, (path, onBytes) => readStored(path, onBytes, store));
  const installed = ['firefox-translations-fr-en', 'firefox-translations-en-ja'].map((id) => {
    const model = modelById(id);
    const [variant] = model?.variants ?? [];
    if (model?.source.kind !== 'hub' || !variant) throw new Error(`${id} is not on the hub`);
    return { model, variant, repo: model.source.repo, revision: model.source.revision };
  });
  const [one] = installed;
  // All directions of the catalogue lie in one repository; what was put above goes under their names.
  const there = [...files].flatMap(([url, bytes]) => {
    const path = url.startsWith(`${MODEL_BASE}fixtures/`) ? url.slice(`${MODEL_BASE}fixtures/`.length) : '';
    return path ? [{ path, bytes, lfs: path.endsWith('.bin') }] : [];
  });
  hub.push(one?.repo ?? '', there);
  for (const { model, variant, repo, revision } of installed) {
    const wanted = { id: model.id, repo, revision, files: variant.files, dtype: variant.name };
    await install(wanted, testContext(hub, store), unstopped());
  }
  await hub.close();

  vi.stubGlobal('fetch', network);
  const translators = installed.map(({ model, repo }) => ({
    model: `hub/${repo}/${model.folder ?? ''}`,
    engine: 'bergamot' as const
  }));
  const said = await translate(['le train.'], 'fr', ['ja'], createRegistry(config({ translators })));
  expect(said.ja).toMatchObject({ sentences: ['あの 電車.'], via: ['en'] });
  expect(asked.filter((url) => !url.startsWith(RUNTIME))).toEqual([]);
});
