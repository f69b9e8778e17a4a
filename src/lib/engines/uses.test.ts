import { expect, it } from 'vitest';
import type { Lang, TranslatorModel, VoiceConditioning, WorkerConfig } from '../../../workers/contract';
import { translatorsFor, voicesFor } from './uses';

const config = (part: Partial<WorkerConfig>): WorkerConfig => ({
  runtimeBase: '/runtime/',
  modelBase: '/models/',
  plan: { devices: ['wasm'], threads: 1 },
  ...part
});
const pair = (from: Lang, to: Lang): TranslatorModel => ({
  model: `${from}-${to}`,
  directions: { from, to }
});

it('of several translators those on the way', () => {
  const translators = [pair('fr', 'en'), pair('en', 'de'), pair('en', 'ru'), pair('fr', 'es')];
  expect(translatorsFor(config({ translators }), 'fr', ['de'])).toEqual(['fr-en', 'en-de']);
  expect(translatorsFor(config({ translators }), 'fr', ['es'])).toEqual(['fr-es']);
  expect(translatorsFor(config({ translators }), 'fr', ['hu'])).toEqual([]);
});

it('the one translator, also one that says itself what it translates', () => {
  expect(translatorsFor(config({}), 'fr', ['de'])).toEqual(['starter/translation']);
  expect(translatorsFor(config({ models: { translator: 'hub/a/b' } }), 'fr', ['de'])).toEqual(['hub/a/b']);
  expect(translatorsFor(config({ translators: [{ model: 'hub/a/b' }] }), 'fr', ['de'])).toEqual(['hub/a/b']);
});

it('of the voices that of the language, and what clones where this person’s voice is asked for', () => {
  const baseVoices = [{ language: 'fr' as const, model: 'piper/fr', name: 'siwis' }];
  const voice = (engines: Record<string, unknown>) => ({ profileId: 'me', engines }) as VoiceConditioning;
  const both = config({ baseVoices, models: { voiceConverter: 'hub/openvoice' } });
  expect(voicesFor(both, 'fr', undefined)).toEqual(['piper/fr']);
  expect(voicesFor(both, 'de', undefined)).toEqual([]);
  expect(voicesFor(both, 'fr', voice({ matched: {} }))).toEqual([]);
  expect(voicesFor(both, 'fr', voice({ matched: {}, openvoice: {} }))).toEqual(['piper/fr', 'hub/openvoice']);
  expect(voicesFor(config({ baseVoices }), 'de', voice({ openvoice: {} }))).toEqual([]);
  // What is here is another engine than the one that knows the voice.
  const other = config({ models: { voiceConverter: 'hub/chatterbox' }, cloningEngine: 'chatterbox' });
  expect(voicesFor(other, 'fr', voice({ matched: {}, openvoice: {} }))).toEqual([]);
  expect(voicesFor(other, 'fr', voice({ matched: {}, chatterbox: {} }))).toEqual(['hub/chatterbox']);
});

it('of all speech what marks it', () => {
  const marked = config({ models: { watermark: 'hub/audioseal' } });
  expect(voicesFor(marked, 'de', undefined)).toEqual(['hub/audioseal']);
  const matched = { profileId: 'me', engines: { matched: {} } } as unknown as VoiceConditioning;
  expect(voicesFor(marked, 'fr', matched)).toEqual(['hub/audioseal']);
});
