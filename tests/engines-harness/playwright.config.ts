import { defineConfig, devices } from '@playwright/test';

/** The engines on WebGPU by themselves, without building the app: `npx playwright test -c tests/engines-harness`. */
export default defineConfig({
  testDir: '..',
  testMatch: '*.webgpu.spec.ts',
  outputDir: '../../test-results/engines',
  workers: 1,
  timeout: 120_000,
  reporter: 'list',
  use: { ...devices['Desktop Chrome'] },
  projects: [{ name: 'webgpu' }]
});
