import { expect, it, vi } from 'vitest';
import { LANGUAGES, STARTER_LANGUAGES, type Lang, type WorkerConfig } from '../../../workers/contract';
import type { Availability } from './browserTranslatorApi';
import { languagesTranslated, withBrowser } from './languages';

const config = (part: Partial<WorkerConfig>): WorkerConfig => ({
  runtimeBase: '/runtime/',
  modelBase: '/models/',
  plan: { devices: ['wasm'], threads: 1 },
  ...part
});
const STARTER = { model: 'starter/translation', directions: { among: STARTER_LANGUAGES } };

it('are the starter model’s where nothing else is here', () => {
  const own = { into: STARTER_LANGUAGES, from: STARTER_LANGUAGES };
  expect(languagesTranslated(config({}))).toEqual(own);
  expect(languagesTranslated(config({ models: { translator: 'starter/translation' } }))).toEqual(own);
});

it('are those of every model here, in each direction', () => {
  const translators = [
    { model: 'en-ja', directions: { from: 'en' as const, to: 'ja' as const } },
    { model: 'ru-en', directions: { from: 'ru' as const, to: 'en' as const } },
    STARTER
  ];
  const { into, from } = languagesTranslated(config({ translators }));
  expect([...into].sort()).toEqual([...STARTER_LANGUAGES, 'ja'].sort());
  expect([...from].sort()).toEqual([...STARTER_LANGUAGES, 'ru'].sort());
});

it('may be all for a model that says it only itself', () => {
  expect(languagesTranslated(config({ models: { translator: 'hub/a/b' } })).into).toEqual(LANGUAGES);
  expect(languagesTranslated(config({ translators: [{ model: 'hub/a/b' }] })).from).toEqual(LANGUAGES);
});

it('and the browser’s, as far as it has them here', async () => {
  const here = ['en-ko', 'pl-en', 'de-hu'];
  const availability = vi.fn(async (from: Lang, to: Lang): Promise<Availability> =>
    here.includes(`${from}-${to}`) ? 'available' : 'downloadable'
  );
  const own = { into: STARTER_LANGUAGES, from: STARTER_LANGUAGES };
  const { into, from } = await withBrowser(own, { availability });
  expect([...into].sort()).toEqual([...STARTER_LANGUAGES, 'ko', 'hu'].sort());
  expect([...from].sort()).toEqual([...STARTER_LANGUAGES, 'pl'].sort());
  // What is known is not asked.
  expect(availability.mock.calls.some(([, to]) => to === 'fr')).toBe(true);
  expect(availability.mock.calls.filter(([from, to]) => from === 'en' && to === 'fr')).toEqual([]);
});
