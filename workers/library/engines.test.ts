/**
 * The engines on models as the library keeps them: contract models under the catalogue's names on a local hub,
 * installed, and loaded from the store by the code that workers run.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modelById } from '../../models/catalog';
import { SPEECH_RATE_HZ, TimbreError, WATERMARK_MESSAGE } from '../contract';
import { mountLibrary } from '../runtime';
import { FIXTURES, MODEL_BASE, nodeConfig } from '../runtime/testing';
import { VAD_HOP } from '../transcribe/engines/silero';
import { loadWhisper } from '../transcribe/engines/whisper';
import { transcribe } from '../transcribe/transcribe';
import { createRegistry } from '../translate/registry';
import { translate } from '../translate/translate';
import { embed } from '../voice/embed';
import { Chatterbox } from '../synthesize/engines/chatterbox';
import { OpenVoice } from '../synthesize/engines/openvoice';
import type { Pronouncer } from '../synthesize/engines/espeak';
import { loadPiper } from '../synthesize/engines/piper';
import { Watermark } from '../synthesize/watermark';
import { loadEcapa } from '../voice/engines/ecapa';
import { testContext, unstopped } from './harness.testing';
import { startHub, type TestFile, type TestHub } from './hub.testing';
import { install } from './install';
import { Disk, Tab } from './memoryStore.testing';
import { readStored } from './read';
import type { FileStore } from './store';

const present = existsSync(join(FIXTURES, 'whisper-timestamps/config.json'));
if (!present)
  console.warn('tests/fixtures/models is not here: the library’s models are not tried in engines');

let hub: TestHub;
let store: FileStore;

/** A contract model's files under the names that the catalogue has for them. */
function contract(folder: string, rename: Record<string, string>): TestFile[] {
  const at = join(FIXTURES, folder);
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const whole = join(entry.parentPath, entry.name);
      const path = whole.slice(at.length + 1);
      const isWeights = path.endsWith('.onnx');
      const name = isWeights ? rename[path] : path;
      return name ? [{ path: name, bytes: new Uint8Array(readFileSync(whole)), lfs: isWeights }] : [];
    });
}

async function have(id: string, files: TestFile[]): Promise<string> {
  const model = modelById(id);
  const [variant] = model?.variants ?? [];
  if (model?.source.kind !== 'hub' || !variant) throw new Error(`${id} is not on the hub`);
  const { repo, revision } = model.source;
  hub.push(repo, files);
  const wanted = { id, repo, revision, files: variant.files, dtype: variant.name };
  await install(wanted, testContext(hub, store), unstopped());
  return `hub/${repo}`;
}

beforeAll(async () => {
  hub = await startHub();
  store = new Tab(new Disk()).chunked(64 * 1024);
  mountLibrary(MODEL_BASE, (path, onBytes) => readStored(path, onBytes, store));
});
afterAll(() => hub.close());

const seconds = (length: number) => ({
  samples: Float32Array.from(
    { length: length * SPEECH_RATE_HZ },
    (_, i) => 0.3 * Math.sin(i * 0.05) * Math.cos(i * 0.0007)
  ),
  sampleRateHz: SPEECH_RATE_HZ
});

test.skipIf(!present)('Whisper, at q4', { timeout: 120_000 }, async () => {
  const model = await have(
    'whisper-tiny',
    contract('whisper-timestamps', {
      'onnx/encoder_model.onnx': 'onnx/encoder_model_q4.onnx',
      'onnx/decoder_model_merged.onnx': 'onnx/decoder_model_merged_q4.onnx'
    })
  );
  const whisper = await loadWhisper(`${MODEL_BASE}${model}/`, nodeConfig());
  const vad = {
    probabilities: async (samples: Float32Array) =>
      new Float32Array(Math.ceil(samples.length / VAD_HOP)).fill(1)
  };
  const result = await transcribe(seconds(2), { vad, whisper, model }, {});
  expect(result.model).toBe('hub/onnx-community/whisper-tiny_timestamped');
});

test.skipIf(!present)('an Opus-MT pair beside M2M100', { timeout: 120_000 }, async () => {
  const q8 = {
    'onnx/encoder_model_quantized.onnx': 'onnx/encoder_model_quantized.onnx',
    'onnx/decoder_model_merged_quantized.onnx': 'onnx/decoder_model_merged_quantized.onnx'
  };
  const pair = await have('opus-mt-en-fr', contract('marian', q8));
  const all = await have('m2m100-418m', contract('m2m100', q8));
  const registry = createRegistry(
    nodeConfig({
      translators: [
        { model: pair, directions: { from: 'en', to: 'fr' }, graphOptimizationLevel: 'basic' },
        { model: all, directions: { among: ['en', 'fr', 'de'] } }
      ]
    })
  );
  // What random weights say may be refused as no sentence; which model was asked is what counts.
  const said = await translate(['Hello there.'], 'en', ['fr', 'de'], registry).catch((error: unknown) => {
    expect(error).toMatchObject({ code: 'translate/incomplete' });
  });
  if (said) expect([said.fr?.model, said.de?.model]).toEqual([pair, all]);
});

test.skipIf(!present)(
  'a speaker encoder whose file has another name on the hub',
  { timeout: 120_000 },
  async () => {
    const model = await have(
      'wespeaker-ecapa-512',
      contract('ecapa', { 'onnx/model.onnx': 'voxceleb_ECAPA512.onnx' })
    );
    const voice = await embed(seconds(1), await loadEcapa(`${MODEL_BASE}${model}/`, nodeConfig()));
    expect(voice).toHaveLength(192);
  }
);

test.skipIf(!present)('OpenVoice, whose files lie elsewhere on the hub', { timeout: 120_000 }, async () => {
  const model = await have(
    'openvoice-v2',
    contract('openvoice', {
      'onnx/tone_color_extract_model.onnx': 'tone_color_extract_model.onnx',
      'onnx/tone_clone_model.onnx': 'tone_clone_model.onnx'
    })
  );
  const openVoice = new OpenVoice(`${MODEL_BASE}${model}/`, nodeConfig());
  const openvoice = await openVoice.enrol([seconds(2)]);
  const voice = { profileId: 'me', centroid: new Float32Array(192), engines: { openvoice } };
  const said = await openVoice.convert(seconds(1), voice);
  expect(said.samples).toHaveLength(SPEECH_RATE_HZ);
});

test.skipIf(!present)('Chatterbox, in four parts', { timeout: 120_000 }, async () => {
  const parts = ['speech_encoder', 'embed_tokens', 'language_model', 'conditional_decoder'];
  const renamed = Object.fromEntries(parts.map((part) => [`onnx/${part}.onnx`, `onnx/${part}_q4.onnx`]));
  const model = await have('chatterbox-multilingual', contract('chatterbox', renamed));
  const chatterbox = new Chatterbox(`${MODEL_BASE}${model}/`, nodeConfig());
  const said = await chatterbox.say('Bonjour.', 'fr', await chatterbox.enrol([seconds(2)]));
  expect(said.samples.length).toBeGreaterThan(0);
});

test.skipIf(!present)('AudioSeal, which marks and finds its mark', { timeout: 120_000 }, async () => {
  const names = ['audioseal_generator_16bits.onnx', 'audioseal_detector_16bits.onnx'];
  const renamed = Object.fromEntries(names.map((name) => [`onnx/${name}`, name]));
  const model = await have('audioseal', contract('audioseal', renamed));
  const watermark = new Watermark(`${MODEL_BASE}${model}/`, nodeConfig());
  const plain = seconds(2);
  expect((await watermark.detect(plain)).message).toBeNull();
  expect((await watermark.detect(await watermark.mark(plain))).message).toBe(WATERMARK_MESSAGE);
});

test.skipIf(!present)('a voice of Piper, in its folder among others', { timeout: 120_000 }, async () => {
  const voice = 'fr/fr_FR/siwis/medium';
  const model = await have(
    'piper-fr_FR-siwis-medium',
    contract('piper', { 'onnx/model.onnx': `${voice}/fr_FR-siwis-medium.onnx` }).map((file) =>
      file.path === 'config.json' ? { ...file, path: `${voice}/fr_FR-siwis-medium.onnx.json` } : file
    )
  );
  const pronounce: Pronouncer = { phonemes: (text) => text, complete: async (attempt) => attempt() };
  const where = { folder: `${MODEL_BASE}${model}/${voice}/`, name: 'fr_FR-siwis-medium' };
  const piper = await loadPiper(where, pronounce, nodeConfig());
  expect((await piper.say('bonsoir', 'fr')).samples.length).toBeGreaterThan(5000);
});

test.skipIf(!present)('a speaker encoder of SpeechBrain', { timeout: 120_000 }, async () => {
  const files = contract('ecapa-speechbrain', { 'onnx/model.onnx': 'embedding_model.onnx' });
  // The repository has no settings beside it: the catalogue says what it hears.
  const model = await have(
    'speechbrain-ecapa',
    files.filter(({ path }) => path.endsWith('.onnx'))
  );
  const folder = `${MODEL_BASE}${model}/`;
  const told = await embed(
    seconds(1),
    await loadEcapa(folder, nodeConfig({ speakerFrontEnd: 'speechbrain' }))
  );
  const untold = await embed(seconds(1), await loadEcapa(folder, nodeConfig()));
  expect(told).toHaveLength(192);
  expect(told).not.toEqual(untold);
});

test('what is not in the library is missing, and not asked of the network', async () => {
  await expect(loadEcapa(`${MODEL_BASE}hub/no/model/`, nodeConfig())).rejects.toThrow(TimbreError);
  await expect(loadEcapa(`${MODEL_BASE}hub/no/model/`, nodeConfig())).rejects.toMatchObject({
    code: 'model/missing'
  });
});
