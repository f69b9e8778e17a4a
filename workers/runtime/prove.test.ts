import { beforeEach, expect, test, vi } from 'vitest';
import { TimbreError, type Device } from '../contract';
import { goldenOf } from './golden';
import { openGoldenStore, type GoldenStore } from './goldenStore';
import { prove, toleranceOf, type Candidate } from './prove';
import type { Session } from './session';
import { floats } from './tensors';

const RIGHT = [0.1, -2, 3, 0.5];

/** A model that says these numbers, or the next of several at each run; an error is thrown. */
function model(...answers: (readonly number[] | Error)[]): Session & { runs: number; released: boolean } {
  const session = {
    runs: 0,
    released: false,
    inputNames: ['x'],
    outputNames: ['y'],
    inputShape: () => undefined,
    async run() {
      const answer = answers[Math.min(session.runs++, answers.length - 1)] ?? [];
      if (answer instanceof Error) throw answer;
      return { y: floats(Float32Array.from(answer), [1, answer.length]) };
    },
    async release() {
      session.released = true;
    }
  };
  return session;
}

let store: GoldenStore;
beforeEach(() => {
  store = openGoldenStore('Chrome/156');
});

function candidate(device: Device, session: Session, change: Partial<Candidate> = {}): Candidate {
  return {
    url: 'http://models.test/m/onnx/model.onnx',
    variant: '',
    device,
    session,
    test: { feeds: {}, outputs: ['y'] },
    reference: undefined,
    ...change
  };
}
const onGpu = (session: Session, reference?: Session, variant = '') =>
  prove(
    candidate('webgpu', session, { variant, reference: reference && (() => Promise.resolve(reference)) }),
    store
  );

test('on WASM a model says the same twice, once; its answer is kept', async () => {
  const wasm = model(RIGHT);
  await prove(candidate('wasm', wasm), store);
  await prove(candidate('wasm', wasm), store);
  expect(wasm.runs).toBe(2);
  const known = await store.get('http://models.test/m/onnx/model.onnx');
  expect(known?.['y']).toEqual({ dims: [1, 4], values: Float32Array.from(RIGHT) });
});

test('a GPU is compared with the answer that was kept; WASM does not run again', async () => {
  await prove(candidate('wasm', model(RIGHT)), store);
  const reference = model(RIGHT);
  await onGpu(model(RIGHT.map((x) => x + 1e-5)), reference);
  expect(reference.runs).toBe(0);
});

test('with none kept, WASM is asked, once, and given back', async () => {
  const reference = model(RIGHT);
  await onGpu(model(RIGHT), reference);
  await onGpu(model(RIGHT), reference);
  expect(reference).toMatchObject({ runs: 1, released: true });
});

test.each([
  ['wrong', RIGHT.map((x) => -x)],
  ['of another shape', [...RIGHT, 1]],
  ['no number', [0.1, NaN, 3, 0.5]],
  ['infinite', [0.1, Infinity, 3, 0.5]],
  ['empty', []],
  ['all zero', [0, 0, 0, 0]]
])('an answer that is %s fails, on the GPU', async (_, answer) => {
  await expect(onGpu(model(answer), model(RIGHT))).rejects.toMatchObject({
    code: 'model/run-failed',
    message: expect.stringContaining('http://models.test/m/onnx/model.onnx failed its self-test on webgpu')
  });
});

test.each([
  ['no number', [[NaN, 1]]],
  ['empty', [[]]],
  [
    'another the second time',
    [
      [1, 2],
      [1, 3]
    ]
  ]
])('an answer that is %s fails, on WASM, and is not kept', async (_, answers) => {
  await expect(prove(candidate('wasm', model(...answers)), store)).rejects.toMatchObject({
    code: 'model/run-failed'
  });
  expect(await store.get('http://models.test/m/onnx/model.onnx')).toBeUndefined();
});

test('how near is near depends on the weights: full precision is held to more', async () => {
  const off = RIGHT.map((x) => x * 1.03);
  expect([toleranceOf(''), toleranceOf('_fp16'), toleranceOf('_q4')]).toEqual([0.01, 0.05, 0.05]);
  await expect(onGpu(model(off), model(RIGHT))).rejects.toThrow('off by');
  await onGpu(model(off), model(RIGHT), '_fp16');
});

test('an answer kept of an earlier file of that name blames nobody', async () => {
  await prove(candidate('wasm', model([9, 8, 7, 6])), store);
  await onGpu(model(RIGHT), model(RIGHT));
  expect((await store.get('http://models.test/m/onnx/model.onnx'))?.['y']?.values).toEqual(
    Float32Array.from(RIGHT)
  );
});

test('where WASM can not be asked, the GPU must say something plausible, twice the same', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const noMemory = new TimbreError('model/load-failed', 'out of memory');
  await onGpu(model(RIGHT));
  await onGpu(model(RIGHT), model(noMemory));
  expect(warn).toHaveBeenCalledTimes(1);
  await expect(onGpu(model(RIGHT, [0, -2, 3, 0.5]))).rejects.toMatchObject({ code: 'model/run-failed' });
  warn.mockRestore();
});

test('a device that is lost, or out of memory, in the test fails it as it says', async () => {
  const lost = new TimbreError('model/run-failed', 'the device was lost');
  await expect(onGpu(model(lost), model(RIGHT))).rejects.toBe(lost);
});

test('of a long output some thousand numbers are kept, but all are looked at', () => {
  const long = Float32Array.from({ length: 100_000 }, (_, i) => Math.sin(i));
  expect(goldenOf({ y: floats(long, [100_000]) }, ['y'])['y']?.values).toHaveLength(4000);
  long[12_345] = NaN;
  expect(() => goldenOf({ y: floats(long, [100_000]) }, ['y'])).toThrow('numbers that are none');
});
