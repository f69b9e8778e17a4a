import { expect, test } from 'vitest';
import { chooseDevicePlan, examineGpu, LEAST_TENSOR_BYTES, type PlanEnvironment } from './devicePlan';

const still = { after: () => () => undefined };
const base: PlanEnvironment = {
  webgpu: 'auto',
  crossOriginIsolated: true,
  cores: 8,
  requestAdapter: async () => ({ info: {} }),
  selfTest: async () => ({ agrees: true }),
  selfTestLimitMs: 1000,
  clock: still
};

test('an adapter that agrees with WASM comes first', async () => {
  expect(await chooseDevicePlan(base)).toEqual({ devices: ['webgpu', 'wasm'], threads: 4 });
});

test.each([
  ['there is no WebGPU', { requestAdapter: undefined }],
  ['there is no adapter', { requestAdapter: async () => null }],
  ['asking for an adapter fails', { requestAdapter: () => Promise.reject(new Error('blocked')) }],
  ['the self-test disagrees', { selfTest: async () => ({ agrees: false }) }],
  ['the self-test fails', { selfTest: () => Promise.reject(new Error('device lost')) }],
  ['the adapter is software', { requestAdapter: async () => ({ info: { architecture: 'swiftshader' } }) }],
  ['its tensors are too small', { requestAdapter: async () => ({ limits: { maxBufferSize: 64e6 } }) }],
  ['it failed before', { distrusted: true }],
  ['the person said no', { webgpu: 'never' as const }]
])('WASM alone when %s', async (_, change) => {
  expect((await chooseDevicePlan({ ...base, ...change })).devices).toEqual(['wasm']);
});

test('a software adapter is used when forced', async () => {
  const plan = await chooseDevicePlan({
    ...base,
    webgpu: 'force',
    requestAdapter: async () => ({ info: { architecture: 'swiftshader' } })
  });
  expect(plan.devices).toEqual(['webgpu', 'wasm']);
});

test('what is found of an adapter: half precision, and how large a tensor may be', async () => {
  const features = { has: (name: string) => name === 'shader-f16' };
  const limits = { maxBufferSize: 4e9, maxStorageBufferBindingSize: 2e9 };
  expect(await examineGpu({ ...base, requestAdapter: async () => ({ features, limits }) })).toEqual({
    verdict: 'trusted',
    shaderF16: true,
    largestTensorBytes: 2e9
  });
  expect(await examineGpu(base)).toMatchObject({ shaderF16: false, largestTensorBytes: LEAST_TENSOR_BYTES });
});

test('an adapter that failed in this version of the browser is not tested again', async () => {
  let tests = 0;
  const selfTest = async () => ({ agrees: ++tests > 0 });
  expect(await examineGpu({ ...base, selfTest, distrusted: true })).toMatchObject({ verdict: 'distrusted' });
  expect(tests).toBe(0);
});

test('a self-test that does not end in its time is ended', async () => {
  const plan = await chooseDevicePlan({
    ...base,
    clock: {
      after: (_, run) => {
        queueMicrotask(run);
        return () => undefined;
      }
    },
    selfTest: (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('too slow'))))
  });
  expect(plan.devices).toEqual(['wasm']);
});

test.each([
  [true, 2, 2, 1],
  [true, 4, 4, 3],
  [true, 16, 4, 4],
  [true, 0, 1, 1],
  [false, 16, 1, 1]
])(
  'isolated %s with %i cores: %i threads, %i beside a GPU',
  async (crossOriginIsolated, cores, wasm, gpu) => {
    const plan = (webgpu: 'never' | 'auto') =>
      chooseDevicePlan({ ...base, webgpu, crossOriginIsolated, cores });
    expect((await plan('never')).threads).toBe(wasm);
    expect((await plan('auto')).threads).toBe(gpu);
  }
);
