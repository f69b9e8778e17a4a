import { defineConfig, devices } from '@playwright/test';

/** Sound in a real browser by itself, without building the app: `npx playwright test -c tests/audio-harness`. */
export default defineConfig({
  testDir: '..',
  testMatch: 'audio.spec.ts',
  outputDir: '../../test-results/audio',
  workers: 1,
  timeout: 120_000,
  reporter: 'list',
  use: { ...devices['Desktop Chrome'] },
  projects: [{ name: 'chromium' }]
});
