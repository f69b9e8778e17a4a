import { defineConfig, devices } from '@playwright/test';

const port = Number(process.env.E2E_PORT ?? 4273);

/**
 * The built app behind its own server. `chromium` has no WebGPU (as on many machines); `webgpu` runs
 * `*.webgpu.spec.ts` on the software adapter.
 */
export default defineConfig({
  testDir: 'tests',
  testMatch: '**/*.spec.ts',
  // Two files at once: a test waits as often as it computes. More, and models that run on every core slow each other down.
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  use: {
    baseURL: `http://localhost:${port}`,
    ...devices['Desktop Chrome'],
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    // Recording one costs every test a fifth of its time: `npx playwright test <file> --trace on` when one is wanted.
    trace: 'off'
  },
  webServer: {
    command: 'node scripts/serve.mjs',
    url: `http://localhost:${port}`,
    env: { PORT: String(port), FIXTURE_MODELS: 'tests/fixtures/models' },
    reuseExistingServer: false
  },
  projects: [
    // The longest file first, so that nothing is left to run alone at the end.
    // A GPU made of threads may be lost on a machine that others use, too. What fails once is reported as flaky.
    { name: 'webgpu', testMatch: '**/*.webgpu.spec.ts', retries: 1 },
    { name: 'chromium', testIgnore: '**/*.webgpu.spec.ts' }
  ]
});
