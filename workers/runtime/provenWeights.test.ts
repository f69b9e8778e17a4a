import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { goldenOf, type Golden } from './golden';
import { openGoldenStore } from './goldenStore';
import { prove } from './prove';
import { loadWeights } from './provenWeights';
import { createSession } from './session';
import { spoiled } from './spoil.testing';
import { floats } from './tensors';
import { FIXTURES, fetchFromDisk, MODEL_BASE, nodeConfig } from './testing';

const present = existsSync(join(FIXTURES, 'ecapa/onnx/model.onnx'));
if (!present) console.warn('tests/fixtures/models/ecapa is not here: no real file proves itself');
const folder = `${MODEL_BASE}fixtures/ecapa/`;
const feats = Float32Array.from({ length: 50 * 80 }, (_, i) => Math.sin(0.7 * i));
const file = {
  name: 'model',
  selfTest: () => ({ feeds: { feats: floats(feats, [1, 50, 80]) }, outputs: ['embs'] })
};

afterEach(() => vi.unstubAllGlobals());

test.skipIf(!present)(
  'a file proves itself before it is given; without a test it is only loaded',
  async () => {
    vi.stubGlobal('fetch', fetchFromDisk({ fixtures: FIXTURES }));
    const store = openGoldenStore('Node');
    const told: number[] = [];
    const session = await loadWeights(
      folder,
      { ...file, onBytes: (loaded) => told.push(loaded) },
      nodeConfig(),
      store
    );
    const known = (await store.get(`${folder}onnx/model_quantized.onnx`)) as Golden;
    const { feeds, outputs } = file.selfTest();
    expect(known).toEqual(goldenOf(await session.run(feeds, outputs), outputs));
    expect(known['embs']?.dims).toEqual([1, 192]);
    expect(told.length).toBeGreaterThan(0);

    await loadWeights(folder, { name: 'model', variants: [''] }, nodeConfig(), store);
    expect(await store.get(`${folder}onnx/model.onnx`)).toBeUndefined();
  }
);

test.skipIf(!present)(
  'a file that computes something else is found out, on any device but WASM',
  async () => {
    const sound = readFileSync(join(FIXTURES, 'ecapa/onnx/model.onnx'));
    const load = (bytes: Uint8Array) => createSession(bytes, nodeConfig(), { device: 'wasm' });
    const candidate = async (bytes: Uint8Array) => {
      const session = await load(bytes);
      const reference = () => load(sound);
      return { url: 'm', variant: '', device: 'webgpu' as const, session, test: file.selfTest(), reference };
    };
    await prove(await candidate(sound), openGoldenStore('Node'));
    await expect(prove(await candidate(spoiled(sound)), openGoldenStore('Node'))).rejects.toMatchObject({
      code: 'model/run-failed'
    });
  }
);

test('a folder without the file is a coded error', async () => {
  vi.stubGlobal('fetch', fetchFromDisk({ fixtures: FIXTURES }));
  await expect(loadWeights(`${MODEL_BASE}fixtures/none/`, file, nodeConfig())).rejects.toMatchObject({
    code: 'model/missing'
  });
});
