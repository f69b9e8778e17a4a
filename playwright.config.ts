import { defineConfig, devices } from '@playwright/test';

const port = Number(process.env.E2E_PORT ?? 4273);

/**
 * The built app behind its own server. `chromium` has no WebGPU (as on many machines); `webgpu` runs
 * `*.webgpu.spec.ts` on the software adapter.
 */
export default defineConfig({
  testDir: 'tests',
  testMatch: '**/*.spec.ts',
  // Models run on every core; two pages at once only slow each other down.
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  timeout: 120_000,
  expect: { timeout: 15_000 },
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
    { name: 'chromium', testIgnore: '**/*.webgpu.spec.ts' },
    { name: 'webgpu', testMatch: '**/*.webgpu.spec.ts' }
  ]
});
