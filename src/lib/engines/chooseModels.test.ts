import { describe, expect, test } from 'vitest';
import { modelById, pairsAmong, type Tier } from '../../../models/catalog';
import { STARTER_LANGUAGES } from '../../../workers/contract';
import { chooseModels, type ChoosableStage, type InstalledModel, type Situation } from './chooseModels';

/** As the library would list it. */
function installed(id: string, dtype: string): InstalledModel {
  const source = modelById(id)?.source;
  if (source?.kind !== 'hub') throw new Error(`${id} is not on the hub`);
  return { id, repo: source.repo, dtype };
}
const TINY = installed('whisper-tiny', 'q4');
const SMALL = installed('whisper-small', 'q4');
const TURBO = installed('whisper-large-v3-turbo', 'q4f16');
const NLLB = installed('nllb-200-distilled-600m', 'q8');
const M2M = installed('m2m100-418m', 'q8');
const EN_FR = installed('opus-mt-en-fr', 'q8');

function choose(stage: ChoosableStage, models: InstalledModel[], change: Partial<Situation> = {}) {
  return chooseModels(stage, {
    wanted: 'auto',
    installed: models,
    setAside: [],
    distrusted: [],
    devices: ['wasm'],
    tier: 'phone',
    ...change
  });
}
const gpu = (tier: Tier): Partial<Situation> => ({ devices: ['webgpu', 'wasm'], tier });

test('with nothing installed each stage has its starter model, on WASM', () => {
  const folders = { transcriber: 'whisper', translator: 'translation', speakerEncoder: 'speaker' } as const;
  for (const [stage, folder] of Object.entries(folders))
    expect(choose(stage as ChoosableStage, [], gpu('laptop'))).toEqual({
      folder: `starter/${folder}`,
      devices: ['wasm'],
      used: [{ folder: `starter/${folder}`, dtype: null, id: null }],
      hub: []
    });
});

describe('recognition', () => {
  test('the best that the device carries is taken', () => {
    expect(choose('transcriber', [TINY, SMALL]).hub).toEqual(['whisper-small']);
    expect(choose('transcriber', [TINY, SMALL]).folder).toBe('hub/onnx-community/whisper-small_timestamped');
    // The largest needs WebGPU with half precision.
    expect(choose('transcriber', [TURBO, TINY]).hub).toEqual(['whisper-tiny']);
    expect(choose('transcriber', [TURBO, TINY], gpu('laptop')).hub).toEqual(['whisper-tiny']);
    expect(choose('transcriber', [TURBO, TINY], gpu('high-end'))).toMatchObject({
      hub: ['whisper-large-v3-turbo'],
      devices: ['webgpu']
    });
  });

  test('a choice stands, where it can be had; what was set aside cannot', () => {
    expect(choose('transcriber', [TINY, SMALL], { wanted: 'whisper-tiny' }).hub).toEqual(['whisper-tiny']);
    expect(choose('transcriber', [TINY, SMALL], { wanted: 'starter-recognition' }).folder).toBe(
      'starter/whisper'
    );
    expect(choose('transcriber', [TINY], { wanted: 'whisper-small' }).hub).toEqual(['whisper-tiny']);
    expect(choose('transcriber', [TINY, SMALL], { setAside: ['whisper-small'] }).hub).toEqual([
      'whisper-tiny'
    ]);
    expect(choose('transcriber', [TINY], { wanted: 'fixtures/whisper' })).toMatchObject({
      folder: 'fixtures/whisper',
      hub: []
    });
  });
});

describe('translation', () => {
  test('pairs come first, then the one for all, and the starter model for what is left', () => {
    const both = choose('translator', [M2M, EN_FR]);
    expect(both.hub).toEqual(['opus-mt-en-fr', 'm2m100-418m']);
    expect(both.translators?.map(({ model }) => model)).toEqual([
      'hub/Xenova/opus-mt-en-fr',
      'hub/Xenova/m2m100_418M'
    ]);
    const pair = choose('translator', [EN_FR]);
    const left = pair.translators?.filter(({ model }) => model === 'starter/translation') ?? [];
    expect(left).toHaveLength(pairsAmong(STARTER_LANGUAGES).length - 1);
    expect(left.map(({ directions }) => directions)).not.toContainEqual({ from: 'en', to: 'fr' });
  });

  test('a family is chosen by its name, and what forbids commercial use only by its own', () => {
    expect(choose('translator', [M2M, EN_FR], { wanted: 'opus-mt' }).hub).toEqual(['opus-mt-en-fr']);
    const roomy = { tier: 'high-end' } as const;
    expect(choose('translator', [NLLB], roomy).hub).toEqual([]);
    expect(choose('translator', [NLLB], { ...roomy, wanted: NLLB.id }).hub).toEqual([NLLB.id]);
    // More than a phone's tab is thought to hold: a person may try.
    expect(choose('translator', [NLLB], { wanted: NLLB.id }).hub).toEqual([NLLB.id]);
    expect(choose('translator', [NLLB], { wanted: NLLB.id, setAside: [NLLB.id] }).hub).toEqual([]);
  });

  test('Firefox’s directions lie in one repository, each in its folder, and run in Bergamot on WASM', () => {
    const [there, back] = ['en-fr', 'fr-en'].map((pair) =>
      installed(`firefox-translations-${pair}`, 'native')
    );
    if (!there || !back) throw new Error('they are installed');
    const chosen = choose('translator', [M2M, EN_FR, back, there], gpu('laptop'));
    const folder = (pair: string) => `hub/midudev/firefox-translations/${pair}`;
    expect(chosen.translators?.slice(0, 2)).toEqual([
      { model: folder('fr-en'), directions: { from: 'fr', to: 'en' }, engine: 'bergamot' },
      { model: folder('en-fr'), directions: { from: 'en', to: 'fr' }, engine: 'bergamot' }
    ]);
    expect(chosen.devices).toEqual(['wasm']);
    // One that failed is known by its folder, and the other stays.
    expect(chosen.used).toContainEqual({ folder: folder('en-fr'), dtype: 'native', id: there.id });
    expect(choose('translator', [back, there], { setAside: [there.id] }).hub).toEqual([back.id]);
    expect(choose('translator', [EN_FR, there], { wanted: 'firefox-translations' }).hub).toEqual([there.id]);
  });

  test('the browser’s translator leaves the rest to what is installed, else to the starter model', () => {
    expect(choose('translator', [EN_FR], { wanted: 'browser-translator' }).hub).toEqual([EN_FR.id]);
    expect(choose('translator', [], { wanted: 'browser-translator' }).folder).toBe('starter/translation');
  });

  test('8-bit decoders stay away from the GPU', () => {
    expect(choose('translator', [M2M], gpu('laptop')).devices).toEqual(['wasm']);
  });
});

describe('a person’s own voice', () => {
  const OPENVOICE = installed('openvoice-v2', 'fp32');
  const folder = 'hub/seasonstudio/openvoice_tone_clone_onnx';

  test('needs a model that none ships', () => {
    const none = { folder: null, devices: ['wasm'], used: [], hub: [] };
    expect(choose('voiceConverter', [])).toEqual(none);
    // A GPU would have nothing to do.
    expect(choose('voiceConverter', [TINY], gpu('laptop'))).toEqual(none);
    expect(choose('voiceConverter', [OPENVOICE], { setAside: [OPENVOICE.id] })).toEqual(none);
  });

  test('is made by the one that is installed, on every kind of device', () => {
    for (const where of [{}, gpu('laptop'), gpu('high-end')])
      expect(choose('voiceConverter', [OPENVOICE], where)).toEqual({
        folder,
        cloningEngine: 'openvoice',
        devices: where.devices ?? ['wasm'],
        used: [{ folder, dtype: 'fp32', id: 'openvoice-v2' }],
        hub: ['openvoice-v2']
      });
    const failed = { ...gpu('laptop'), distrusted: [`${folder} fp32 webgpu`] };
    expect(choose('voiceConverter', [OPENVOICE], failed).devices).toEqual(['wasm']);
    expect(choose('voiceConverter', [], { wanted: 'fixtures/openvoice' }).folder).toBe('fixtures/openvoice');
  });

  test('is what the device carries, by an engine that is told, and by the one that was asked for', () => {
    const CHATTERBOX = installed('chatterbox-multilingual', 'q4');
    const POCKET = installed('pocket-tts', 'int8+fp32');
    const all = [POCKET, OPENVOICE, CHATTERBOX];
    const engine = (change: Parameters<typeof choose>[2]) =>
      choose('voiceConverter', all, change).cloningEngine;
    expect(engine(gpu('high-end'))).toBe('chatterbox');
    // Its four parts are more than a tab of a laptop holds.
    expect(engine(gpu('laptop'))).toBe('openvoice');
    expect(choose('voiceConverter', [POCKET, CHATTERBOX], gpu('laptop'))).toMatchObject({
      cloningEngine: 'pocket',
      devices: ['wasm']
    });
    expect(engine({ ...gpu('laptop'), wanted: 'chatterbox-multilingual' })).toBe('chatterbox');
    expect(engine({ ...gpu('high-end'), setAside: ['chatterbox-multilingual'] })).toBe('openvoice');
    expect(engine({ wanted: 'fixtures/pocket' })).toBe('pocket');
    expect(engine({ wanted: 'mine/voice' })).toBeUndefined();
  });
});

describe('base voices', () => {
  const voice = (name: string) => installed(`piper-${name}`, 'fp32');
  const SIWIS = voice('fr_FR-siwis-medium');
  const folder = 'hub/rhasspy/piper-voices/fr/fr_FR/siwis/medium';

  test('speak in their languages, each where it is installed, without a model for the own voice', () => {
    expect(choose('voiceConverter', [SIWIS], gpu('laptop'))).toEqual({
      folder: null,
      baseVoices: [{ language: 'fr', model: folder, name: 'fr_FR-siwis-medium' }],
      devices: ['webgpu', 'wasm'],
      used: [{ folder, dtype: 'fp32', id: 'piper-fr_FR-siwis-medium' }],
      hub: ['piper-fr_FR-siwis-medium']
    });
  });

  test('come before OpenVoice in the same worker, on the devices that suit both', () => {
    const openVoice = installed('openvoice-v2', 'fp32');
    const both = choose('voiceConverter', [SIWIS, openVoice], {
      ...gpu('laptop'),
      distrusted: [`${folder} fp32 webgpu`]
    });
    expect(both.folder).toBe('hub/seasonstudio/openvoice_tone_clone_onnx');
    expect(both.devices).toEqual(['wasm']);
    expect(both.hub).toEqual(['openvoice-v2', 'piper-fr_FR-siwis-medium']);
  });

  test('of one language the first in the catalogue speaks, or the next when it is set aside', () => {
    const two = [voice('fr_FR-mls-medium'), SIWIS];
    const names = (change?: Partial<Situation>) =>
      choose('voiceConverter', two, change).baseVoices?.map(({ name }) => name);
    expect(names()).toEqual(['fr_FR-siwis-medium']);
    expect(names({ setAside: [SIWIS.id] })).toEqual(['fr_FR-mls-medium']);
  });

  test('are nothing to other stages', () => {
    expect(choose('speakerEncoder', [SIWIS]).baseVoices).toBeUndefined();
    expect(choose('voiceConverter', []).baseVoices).toBeUndefined();
  });
});

describe('the watermark', () => {
  const AUDIOSEAL = installed('audioseal', 'fp32');
  const folder = 'hub/DarumaHQ/audioseal-onnx';

  test('marks whatever speaks where it is installed, and changes nothing of where that runs', () => {
    const openVoice = installed('openvoice-v2', 'fp32');
    const without = choose('voiceConverter', [openVoice], gpu('laptop'));
    expect(choose('voiceConverter', [openVoice, AUDIOSEAL], gpu('laptop'))).toEqual({
      ...without,
      watermark: folder,
      used: [...without.used, { folder, dtype: 'fp32', id: AUDIOSEAL.id }],
      hub: [...without.hub, AUDIOSEAL.id]
    });
    // Also eSpeak, which is no reason to look at a GPU.
    expect(choose('voiceConverter', [AUDIOSEAL], gpu('laptop'))).toMatchObject({
      folder: null,
      watermark: folder,
      devices: ['wasm']
    });
  });

  test('is left out once it was set aside, and is nothing to other stages', () => {
    expect(choose('voiceConverter', [AUDIOSEAL], { setAside: [AUDIOSEAL.id] }).watermark).toBeUndefined();
    expect(choose('speakerEncoder', [AUDIOSEAL]).watermark).toBeUndefined();
  });
});

test('a speaker encoder of SpeechBrain is told with its front end', () => {
  const other = installed('speechbrain-ecapa', 'fp32');
  expect(choose('speakerEncoder', [other], { wanted: other.id })).toMatchObject({
    folder: 'hub/losfen/spkrec-ecapa-voxceleb-onnx',
    speakerFrontEnd: 'speechbrain'
  });
  const usual = installed('wespeaker-ecapa-512', 'fp32');
  expect(choose('speakerEncoder', [other, usual])).not.toHaveProperty('speakerFrontEnd');
});

test('what failed on a device runs on the others, or not at all where there are none', () => {
  const tiny = 'hub/onnx-community/whisper-tiny_timestamped';
  expect(choose('transcriber', [TINY], gpu('laptop')).devices).toEqual(['webgpu', 'wasm']);
  const one = choose('transcriber', [TINY], { ...gpu('laptop'), distrusted: [`${tiny} q4 webgpu`] });
  expect(one).toMatchObject({ folder: tiny, devices: ['wasm'], hub: ['whisper-tiny'] });
  expect(one.used).toEqual([{ folder: tiny, dtype: 'q4', id: 'whisper-tiny' }]);
  // Another type of the same model, and another model, have not failed.
  const others = [`${tiny} q8 webgpu`, 'hub/some/model q4 webgpu'];
  expect(choose('transcriber', [TINY], { ...gpu('laptop'), distrusted: others }).devices).toHaveLength(2);
  const turbo = 'hub/onnx-community/whisper-large-v3-turbo_timestamped q4f16 webgpu';
  expect(choose('transcriber', [TURBO], gpu('high-end')).used[0]?.folder).toBe(turbo.split(' ')[0]);
  expect(choose('transcriber', [TURBO, TINY], { ...gpu('high-end'), distrusted: [turbo] }).hub).toEqual([
    'whisper-tiny'
  ]);
  expect(
    choose('transcriber', [], {
      ...gpu('laptop'),
      wanted: 'fixtures/whisper',
      distrusted: ['fixtures/whisper any webgpu']
    }).devices
  ).toEqual(['wasm']);
});

test('what the catalogue does not know, or no engine runs, is not used', () => {
  const strange = { id: 'of-a-later-version', repo: 'some/model', dtype: 'q4' };
  expect(choose('transcriber', [strange, installed('parakeet-tdt-0.6b-v3', 'int8')]).hub).toEqual([]);
});
