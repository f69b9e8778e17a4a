/**
 * Real models on WebGPU (the software adapter): they say what they say on WASM, and a device that fails is
 * left for WASM, with word of it. On a bare page of its own (`engines-harness/`), so that it is about devices
 * alone. The 8-bit starter models run on WASM everywhere.
 */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { createServer, type ViteDevServer } from 'vite';
import type { Stage } from '../workers/contract';
import type { WebGpuUse } from '../src/lib/engines';
import type { DeviceRun } from './engines-harness/engines';
import { expect, test } from './harness';

const PORT = Number(process.env.E2E_PORT ?? 4273) + 200;

test.use({ baseURL: `http://localhost:${PORT}` });
// The software adapter is many times slower than the processor it runs on.
test.setTimeout(420_000);

let server: ViteDevServer;

test.beforeAll(async () => {
  const configFile = join(import.meta.dirname, 'engines-harness/vite.config.ts');
  server = await createServer({ configFile, logLevel: 'error', server: { port: PORT, strictPort: true } });
  await server.listen();
});

test.afterAll(() => server.close());

test.beforeEach(async ({ page }) => {
  await page.goto('/');
  await page.waitForFunction(() => 'timbreEngines' in window);
  const adapter = await page.evaluate(async () => {
    const { gpu } = navigator as Navigator & { gpu?: { requestAdapter(): Promise<object | null> } };
    return Boolean(await gpu?.requestAdapter());
  });
  expect(adapter, 'this browser has no WebGPU adapter, not even a software one').toBe(true);
});

function run(
  page: Page,
  stage: Stage | 'base voice',
  webgpu: WebGpuUse,
  runtime = 'runtime',
  models = 'full'
): Promise<DeviceRun> {
  return page.evaluate(
    ([stage, webgpu, runtime, models]) => window.timbreEngines.run(stage, webgpu, runtime, models),
    [stage, webgpu, runtime, models] as const
  );
}

/** How often a file is asked for while something runs. */
async function asksFor(page: Page, path: string, work: () => Promise<DeviceRun>): Promise<number> {
  let asks = 0;
  const count = (request: { url(): string }) => void (new URL(request.url()).pathname === path && asks++);
  page.context().on('request', count);
  await work();
  page.context().off('request', count);
  return asks;
}

async function reload(page: Page): Promise<void> {
  await page.reload();
  await page.waitForFunction(() => 'timbreEngines' in window);
}

test('a speaker encoder gives the same voice on WebGPU as on WASM', async ({ page }) => {
  const gpu = await run(page, 'voice', 'force');
  const wasm = await run(page, 'voice', 'never');
  expect(gpu.plan?.devices).toEqual(['webgpu', 'wasm']);
  expect(gpu.changes).toEqual([]);
  expect(wasm.plan?.devices).toEqual(['wasm']);
  const [a, b] = [gpu.said as number[], wasm.said as number[]];
  expect(a).toHaveLength(192);
  expect(a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0)).toBeGreaterThan(0.9999);
});

test('a translator says the same on WebGPU as on WASM', async ({ page }) => {
  const gpu = await run(page, 'translate', 'force');
  const wasm = await run(page, 'translate', 'never');
  expect(gpu.plan?.devices).toEqual(['webgpu', 'wasm']);
  expect(gpu.changes).toEqual([]);
  expect(gpu.said).toEqual(wasm.said);
});

/** What a person's own voice came to, as `engines-harness` tells it. */
interface OwnVoice {
  tone: number[];
  fidelity: string;
  model: string;
  samples: number;
  loudest: number;
}

test('OpenVoice hears the same voice on WebGPU as on WASM, and speaks in it on both', async ({ page }) => {
  // That it also says the same, at τ = 0, is its self-test: without it the stage would have moved to WASM.
  const gpu = await run(page, 'synthesize', 'force');
  const wasm = await run(page, 'synthesize', 'never');
  expect(gpu.plan?.devices).toEqual(['webgpu', 'wasm']);
  expect(gpu.changes).toEqual([]);
  expect(wasm.plan?.devices).toEqual(['wasm']);
  const [a, b] = [gpu.said as OwnVoice, wasm.said as OwnVoice];
  for (const { fidelity, model, loudest, samples, tone } of [a, b]) {
    expect({ fidelity, model }).toEqual({ fidelity: 'cloned', model: 'espeak-ng/en-us + openvoice' });
    expect(loudest).toBeGreaterThan(0.1);
    expect(samples).toBeGreaterThan(22_050 / 10);
    expect(tone).toHaveLength(256);
  }
  expect(Math.max(...a.tone.map((x, i) => Math.abs(x - (b.tone[i] ?? NaN))))).toBeLessThan(1e-3);
});

test('an OpenVoice that computes something else on WebGPU is run on WASM, and that is said', async ({
  page
}) => {
  const moved = await run(page, 'synthesize', 'force', 'runtime', 'odd');
  expect(moved.changes).toMatchObject([
    { stage: 'synthesize', from: 'webgpu', to: 'wasm', reason: expect.stringContaining('self-test') }
  ]);
  expect(moved.blamed).toEqual(['odd/openvoice on webgpu']);
  expect(moved.said).toMatchObject({ fidelity: 'cloned' });
});

test('a fetched base voice speaks on WebGPU and on WASM; one that computes something else there runs on WASM', async ({
  page
}) => {
  // That it says the same without noise is its self-test.
  const gpu = await run(page, 'base voice', 'force');
  const wasm = await run(page, 'base voice', 'never');
  expect(gpu.plan?.devices).toEqual(['webgpu', 'wasm']);
  expect(gpu.changes).toEqual([]);
  expect(wasm.plan?.devices).toEqual(['wasm']);
  for (const { said } of [gpu, wasm]) {
    expect(said).toMatchObject({ fidelity: 'stock', model: 'piper/timbre-random', words: 2 });
    const { samples, loudest } = said as { samples: number; loudest: number };
    expect(samples).toBeGreaterThan(22_050 / 10);
    expect(loudest).toBeGreaterThan(0.1);
  }
  const moved = await run(page, 'base voice', 'force', 'runtime', 'odd');
  expect(moved.changes).toMatchObject([
    { stage: 'synthesize', from: 'webgpu', to: 'wasm', reason: expect.stringContaining('self-test') }
  ]);
  expect(moved.blamed).toEqual(['odd/piper on webgpu']);
  expect(moved.said).toMatchObject({ model: 'piper/timbre-random' });
});

test('a device that fails is left for WASM, the work is done all the same, and the page is told', async ({
  page
}) => {
  const moved = await run(page, 'voice', 'force', 'runtime-once');
  const wasm = await run(page, 'voice', 'never');
  expect(moved.plan?.devices).toEqual(['webgpu', 'wasm']);
  expect(moved.changes).toEqual([
    { stage: 'voice', from: 'webgpu', to: 'wasm', reason: expect.stringContaining('webgpu') }
  ]);
  expect(moved.said).toEqual(wasm.said);
});

test('a model on WebGPU is compared with what WASM said before, also after a reload: WASM is not asked again', async ({
  page
}) => {
  const weights = '/models/full/ecapa/onnx/model.onnx';
  expect(await asksFor(page, weights, () => run(page, 'voice', 'never'))).toBe(1);
  await reload(page);
  let gpu: DeviceRun | undefined;
  expect(await asksFor(page, weights, async () => (gpu = await run(page, 'voice', 'force')))).toBe(1);
  expect(gpu).toMatchObject({ plan: { devices: ['webgpu', 'wasm'] }, changes: [], blamed: [] });
});

test('a model that computes something else on WebGPU is run on WASM; that is said, and remembered', async ({
  page
}) => {
  const moved = await run(page, 'voice', 'force', 'runtime', 'odd');
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
  const again = await run(page, 'voice', 'force', 'runtime', 'odd');
  expect(again).toMatchObject({ plan: { devices: ['wasm'] }, changes: [], blamed: [], said: wasm.said });
  // Another model on the same device has not failed.
  expect((await run(page, 'voice', 'force')).plan?.devices).toEqual(['webgpu', 'wasm']);
});

test('without trust in the adapter nothing of WebGPU is even loaded', async ({ page }) => {
  const asked: string[] = [];
  page.context().on('request', (request) => asked.push(new URL(request.url()).pathname));
  const { plan } = await run(page, 'voice', 'auto');
  expect(plan?.devices).toEqual(['wasm']);
  expect(asked.filter((path) => path.endsWith('.asyncify.wasm'))).toEqual([]);
});
