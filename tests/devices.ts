/**
 * The engines on a bare page of their own (`engines-harness/`), so that it is about devices alone. What a
 * `*.webgpu.spec.ts` starts from.
 */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { createServer, type ViteDevServer } from 'vite';
import type { WebGpuUse } from '../src/lib/engines';
import type { DeviceRun, RunOptions, Work } from './engines-harness/engines';
import { expect, test } from './harness';

/** Serves the page for the tests of a file, and opens it for each. @param offset of the file's own port. */
export function useEngines(offset: number): void {
  const port = Number(process.env.E2E_PORT ?? 4273) + offset;
  let server: ViteDevServer;

  test.use({ baseURL: `http://localhost:${port}` });
  // The software adapter is many times slower than the processor it runs on.
  test.setTimeout(420_000);

  test.beforeAll(async () => {
    const folder = join(import.meta.dirname, 'engines-harness');
    server = await createServer({
      configFile: join(folder, 'vite.config.ts'),
      // Two files at once must not write each other's.
      cacheDir: join(folder, `../../node_modules/.vite-engines-harness-${offset}`),
      logLevel: 'error',
      server: { port, strictPort: true }
    });
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
}

export function run(page: Page, work: Work, webgpu: WebGpuUse, options: RunOptions = {}): Promise<DeviceRun> {
  return page.evaluate(([work, webgpu, options]) => window.timbreEngines.run(work, webgpu, options), [
    work,
    webgpu,
    options
  ] as const);
}

/** What something gives, and the files that are asked for meanwhile: their paths, each as often as it is. */
export async function askedFor<T>(
  page: Page,
  work: () => Promise<T>
): Promise<{ result: T; asked: string[] }> {
  const asked: string[] = [];
  const hear = (request: { url(): string }) => void asked.push(new URL(request.url()).pathname);
  page.context().on('request', hear);
  const result = await work();
  page.context().off('request', hear);
  return { result, asked };
}
