/** Looking into ONNX files and changing them, on the contract models. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { freePositions } from './freePositions';
import { externalFiles, fieldsOf, joined, outputsOf, propertyOf } from './onnxFile';
import { createSession } from './session';
import { floatData, floats } from './tensors';
import { fetchFromDisk, FIXTURES, MODEL_BASE, nodeConfig, STARTER_MODELS, VAD_FILE } from './testing';
import { loadFile } from './weights';

const read = (path: string) => new Uint8Array(readFileSync(join(FIXTURES, path)));
const mel = (frames: number) =>
  floats(
    Float32Array.from({ length: 80 * frames }, (_, i) => Math.sin(i * 0.7)),
    [1, 80, frames]
  );
const POSITIONS = 200;

test('a file’s fields put together again are the file', () => {
  const file = read('whisper-fixed/onnx/encoder_model.onnx');
  expect(Buffer.compare(joined(fieldsOf(file).map(({ raw }) => raw)), file)).toBe(0);
  expect(() => fieldsOf(file.subarray(0, file.length - 5))).toThrow(RangeError);
});

test('weights beside a file are found in it, also in its branches', () => {
  expect(externalFiles(read('whisper-fixed/onnx/decoder_model_merged.onnx'))).toEqual([
    'decoder_model_merged.onnx_data'
  ]);
  expect(externalFiles(read('whisper/onnx/decoder_model_merged.onnx'))).toEqual([]);
  expect(externalFiles(Uint8Array.of(1, 2, 3))).toEqual([]);
});

test('what a file says of itself is found; a file that we made says what is left to optimise', () => {
  const starter = join(STARTER_MODELS, 'whisper/onnx');
  const says = (path: string) =>
    propertyOf(new Uint8Array(readFileSync(path)), 'timbre_graph_optimization_level');
  expect(says(VAD_FILE)).toBe('disabled');
  expect(says(join(starter, 'encoder_model_quantized.onnx'))).toBe('disabled');
  expect(says(join(starter, 'decoder_model_merged_quantized.onnx'))).toBe('disabled');
  expect(says(join(FIXTURES, 'whisper/onnx/encoder_model.onnx'))).toBeUndefined();
  expect(propertyOf(Uint8Array.of(1, 2, 3), 'a')).toBeUndefined();
});

test.each([
  'chatterbox/onnx/language_model',
  'whisper-fixed/onnx/decoder_model_merged_fp16',
  'audioseal/onnx/audioseal_detector_16bits'
])('the outputs of %s are those that the runtime knows', async (name) => {
  const file = read(`${name}.onnx`);
  const session = await createSession(file, nodeConfig());
  expect(outputsOf(file)).toEqual(session.outputNames);
  await session.release();
  expect(outputsOf(file.subarray(0, file.length - 5))).toEqual([]);
});

test('weights beside a file are loaded with it; without them it is a coded error', async () => {
  const disk = fetchFromDisk({ fixtures: FIXTURES });
  vi.stubGlobal('fetch', disk);
  const folder = `${MODEL_BASE}fixtures/whisper-fixed/`;
  const file = { name: 'decoder_model_merged' };
  const { session } = await loadFile(folder, file, nodeConfig());
  expect(session.outputNames).toContain('logits');
  await session.release();
  vi.stubGlobal('fetch', ((input) =>
    String(input).endsWith('_data') ? Promise.resolve(new Response('', { status: 404 })) : disk(input)) satisfies typeof fetch); // prettier-ignore
  await expect(loadFile(folder, file, nodeConfig())).rejects.toMatchObject({ code: 'model/missing' });
});

test.each(['', '_fp16'])(
  'an encoder%s of one length, changed: any even number of frames',
  async (variant) => {
    const file = read(`whisper-fixed/onnx/encoder_model${variant}.onnx`);
    const changed = freePositions(file, POSITIONS);
    if (!changed) throw new Error('not changed');
    const before = await createSession(file, nodeConfig());
    const after = await createSession(changed, nodeConfig());
    expect(before.inputShape('input_features')?.[2]).toBe(2 * POSITIONS);
    expect(typeof after.inputShape('input_features')?.[2]).not.toBe('number');
    const a = await before.run({ input_features: mel(2 * POSITIONS) });
    const b = await after.run({ input_features: mel(2 * POSITIONS) });
    const expected = floatData(a['last_hidden_state'], 'before');
    const found = floatData(b['last_hidden_state'], 'after');
    expect(found.length).toBe(expected.length);
    expect(found.reduce((most, x, i) => Math.max(most, Math.abs(x - (expected[i] ?? NaN))), 0)).toBeLessThan(
      1e-3
    );
    for (const frames of [2, 60, 130, 2 * POSITIONS]) {
      const { last_hidden_state } = await after.run({ input_features: mel(frames) });
      expect(last_hidden_state?.dims).toEqual([1, frames / 2, 16]);
      expect(floatData(last_hidden_state, 'short').every(Number.isFinite)).toBe(true);
    }
    await expect(before.run({ input_features: mel(60) })).rejects.toMatchObject({ code: 'model/run-failed' });
  }
);

test('what has no such table, or another length, or is no model, is left alone', () => {
  expect(freePositions(read('whisper-fixed/onnx/encoder_model.onnx'), 1500)).toBeUndefined();
  expect(freePositions(read('whisper/onnx/encoder_model.onnx'), 1500)).toBeUndefined();
  expect(freePositions(Uint8Array.of(1, 2, 3), POSITIONS)).toBeUndefined();
  for (const name of readdirSync(join(FIXTURES, 'marian/onnx')))
    expect(freePositions(read(`marian/onnx/${name}`), POSITIONS)).toBeUndefined();
});
