/**
 * Real models on WebGPU (the software adapter): they say what they say on WASM, and a device that fails is
 * left for WASM, with word of it. The 8-bit starter models run on WASM everywhere. Voices: `voices.webgpu.spec.ts`.
 */
import type { Page } from '@playwright/test';
import { askedFor, run, useEngines } from './devices';
import { expect, test } from './harness';

useEngines(200);

async function reload(page: Page): Promise<void> {
  await page.reload();
  await page.waitForFunction(() => 'timbreEngines' in window);
}

test('a translator says the same on WebGPU as on WASM', async ({ page }) => {
  const gpu = await run(page, 'translate', 'force');
  const wasm = await run(page, 'translate', 'never');
  expect(gpu.plan?.devices).toEqual(['webgpu', 'wasm']);
  expect(gpu.changes).toEqual([]);
  expect(gpu.said).toEqual(wasm.said);
});

test('a device that fails is left for WASM, the work is done all the same, and the page is told', async ({
  page
}) => {
  const moved = await run(page, 'voice', 'force', { runtime: 'runtime-once' });
  const wasm = await run(page, 'voice', 'never');
  expect(moved.plan?.devices).toEqual(['webgpu', 'wasm']);
  expect(moved.changes).toEqual([
    { stage: 'voice', from: 'webgpu', to: 'wasm', reason: expect.stringContaining('webgpu') }
  ]);
  expect(moved.said).toEqual(wasm.said);
});

test('a speaker encoder on WebGPU gives the voice that WASM gave before, also after a reload: WASM is not asked again', async ({
  page
}) => {
  const weights = (asked: string[]) => asked.filter((path) => path === '/models/full/ecapa/onnx/model.onnx');
  const wasm = await askedFor(page, () => run(page, 'voice', 'never'));
  expect(weights(wasm.asked)).toHaveLength(1);
  expect(wasm.result.plan?.devices).toEqual(['wasm']);
  await reload(page);
  const { result: gpu, asked } = await askedFor(page, () => run(page, 'voice', 'force'));
  expect(gpu).toMatchObject({ plan: { devices: ['webgpu', 'wasm'] }, changes: [], blamed: [] });
  expect(weights(asked)).toHaveLength(1);
  const [a, b] = [gpu.said as number[], wasm.result.said as number[]];
  expect(a).toHaveLength(192);
  expect(a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0)).toBeGreaterThan(0.9999);
});

test('a model that computes something else on WebGPU is run on WASM; that is said, and remembered', async ({
  page
}) => {
  const moved = await run(page, 'voice', 'force', { models: 'odd' });
  const wasm = await run(page, 'voice', 'never');
  expect(moved.changes).toEqual([
    {
      stage: 'voice',
      from: 'webgpu',
      to: 'wasm',
      reason: expect.stringContaining('failed its self-test on webgpu')
    }
  ]);
  expect(moved.blamed).toEqual(['odd/ecapa on webgpu']);
  expect(moved.said).toEqual(wasm.said);

  await reload(page);
  const again = await run(page, 'voice', 'force', { models: 'odd' });
  expect(again).toMatchObject({ plan: { devices: ['wasm'] }, changes: [], blamed: [], said: wasm.said });
  // Another model on the same device has not failed.
  expect((await run(page, 'voice', 'force')).plan?.devices).toEqual(['webgpu', 'wasm']);
});

test('without trust in the adapter nothing of WebGPU is even loaded', async ({ page }) => {
  const { result, asked } = await askedFor(page, () => run(page, 'voice', 'auto'));
  expect(result.plan?.devices).toEqual(['wasm']);
  expect(asked.filter((path) => path.endsWith('.asyncify.wasm'))).toEqual([]);
});
