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

function run(page: Page, stage: Stage, webgpu: WebGpuUse, runtime = 'runtime'): Promise<DeviceRun> {
  return page.evaluate(([stage, webgpu, runtime]) => window.timbreEngines.run(stage, webgpu, runtime), [
    stage,
    webgpu,
    runtime
  ] as const);
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

test('without trust in the adapter nothing of WebGPU is even loaded', async ({ page }) => {
  const asked: string[] = [];
  page.context().on('request', (request) => asked.push(new URL(request.url()).pathname));
  const { plan } = await run(page, 'voice', 'auto');
  expect(plan?.devices).toEqual(['wasm']);
  expect(asked.filter((path) => path.endsWith('.asyncify.wasm'))).toEqual([]);
});
