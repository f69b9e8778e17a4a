import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tierOf } from './deviceView';
import { createStageConfigs, type Shelved } from './stageConfigs';

beforeEach(() => {
  vi.stubGlobal('navigator', { hardwareConcurrency: 2, userAgentData: { mobile: false } });
  vi.stubGlobal('crossOriginIsolated', true);
});
afterEach(() => vi.unstubAllGlobals());

const TINY = { id: 'whisper-tiny', repo: 'onnx-community/whisper-tiny_timestamped', dtype: 'q4' };

function settle(held: Partial<Shelved> = {}) {
  const shelved: Shelved = {
    wanted: { transcriber: 'auto', translator: 'auto', speakerEncoder: 'auto', voiceConverter: 'auto' },
    devices: { transcriber: 'auto', translator: 'auto', speakerEncoder: 'auto', voiceConverter: 'auto' },
    installed: [],
    setAside: [],
    distrusted: [],
    ...held
  };
  return createStageConfigs({
    runtimeBase: '/runtime/',
    modelBase: '/models/',
    models: { synthesizer: 'espeak-ng' },
    library: { read: async () => shelved, setAside: async () => undefined, distrust: async () => undefined }
  });
}

test('a stage uses what is installed, on the devices that there are', async () => {
  const { worker, hub, oneAtATime } = await settle({ installed: [TINY] })('transcriber');
  expect(worker.models).toEqual({
    synthesizer: 'espeak-ng',
    transcriber: 'hub/onnx-community/whisper-tiny_timestamped'
  });
  expect(worker.plan).toEqual({ devices: ['wasm'], threads: 2 });
  expect(hub).toEqual(['whisper-tiny']);
  // Without WebGPU memory is short.
  expect(oneAtATime).toBe(true);
});

test('speech is told of a model for the own voice only where there is one', async () => {
  const none = await settle()('voiceConverter');
  expect(none.worker.models).toEqual({ synthesizer: 'espeak-ng' });
  expect(none.hub).toEqual([]);
  const repo = 'seasonstudio/openvoice_tone_clone_onnx';
  const installed = [{ id: 'openvoice-v2', repo, dtype: 'fp32' }];
  const { worker, hub } = await settle({ installed })('voiceConverter');
  expect(worker.models).toEqual({ synthesizer: 'espeak-ng', voiceConverter: `hub/${repo}` });
  expect(hub).toEqual(['openvoice-v2']);
  expect(worker.cloningEngine).toBe('openvoice');
  const pocket = [{ id: 'pocket-tts', repo: 'ottomate/pocket-tts-ONNX', dtype: 'int8+fp32' }];
  expect((await settle({ installed: pocket })('voiceConverter')).worker).toMatchObject({
    models: { voiceConverter: 'hub/ottomate/pocket-tts-ONNX' },
    cloningEngine: 'pocket'
  });
});

test('speech is told of the base voices that are installed, with one in memory where that is scarce', async () => {
  const repo = 'rhasspy/piper-voices';
  const installed = ['fr_FR-siwis-medium', 'en_US-ljspeech-medium'].map((name) => ({
    id: `piper-${name}`,
    repo,
    dtype: 'fp32'
  }));
  const { worker, hub } = await settle({ installed })('voiceConverter');
  expect(worker.baseVoices).toEqual([
    { language: 'en', model: `hub/${repo}/en/en_US/ljspeech/medium`, name: 'en_US-ljspeech-medium' },
    { language: 'fr', model: `hub/${repo}/fr/fr_FR/siwis/medium`, name: 'fr_FR-siwis-medium' }
  ]);
  expect(worker.models).toEqual({ synthesizer: 'espeak-ng' });
  expect(worker.oneModelAtATime).toBe(true);
  expect(hub).toHaveLength(2);
  expect((await settle({ installed })('transcriber')).worker.baseVoices).toBeUndefined();
});

test('speech is told of what marks it, where that is installed', async () => {
  const repo = 'DarumaHQ/audioseal-onnx';
  const installed = [{ id: 'audioseal', repo, dtype: 'fp32' }];
  const { worker, hub } = await settle({ installed })('voiceConverter');
  expect(worker.models).toEqual({ synthesizer: 'espeak-ng', watermark: `hub/${repo}` });
  expect(worker.plan.devices).toEqual(['wasm']);
  expect(hub).toEqual(['audioseal']);
  const aside = await settle({ installed, setAside: ['audioseal'] })('voiceConverter');
  expect(aside.worker.models).toEqual({ synthesizer: 'espeak-ng' });
});

test('what was set aside gives way to the starter model; other stages are not touched', async () => {
  const set = settle({ installed: [TINY], setAside: ['whisper-tiny'] });
  expect((await set('transcriber')).worker.models?.transcriber).toBe('starter/whisper');
  expect((await set('translator')).worker.models?.translator).toBe('starter/translation');
  expect((await set(undefined)).worker.models).toEqual({ synthesizer: 'espeak-ng' });
});

test('without a library the models are those of the configuration', async () => {
  const set = createStageConfigs({
    runtimeBase: '/runtime/',
    modelBase: '/models/',
    models: { translator: 'fixtures/m2m100' }
  });
  expect((await set('translator')).worker).toMatchObject({ models: { translator: 'fixtures/m2m100' } });
  expect((await set('translator')).hub).toEqual([]);
});

test.each([
  [{ trusted: false }, 'phone'],
  [{ mobile: true }, 'phone'],
  [{ shaderF16: false }, 'laptop'],
  [{ memoryGb: null }, 'laptop'],
  [{ memoryGb: 4 }, 'laptop'],
  [{ largestTensorBytes: 128 * 2 ** 20 }, 'laptop'],
  [{}, 'high-end']
])('a strong device, but %o, is of the kind %s', (but, tier) => {
  const strong = { trusted: true, shaderF16: true, largestTensorBytes: 2 ** 31, memoryGb: 8, mobile: false };
  expect(tierOf({ ...strong, ...but })).toBe(tier);
});
