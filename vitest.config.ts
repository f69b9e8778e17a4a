import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { bergamot } from './vite/bergamot.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // The compiler alone, not the whole kit: unit tests touch modules and runes, never routes.
  plugins: [svelte(), bergamot()],
  resolve: {
    alias: [
      { find: /^\$lib\//, replacement: `${at('./src/lib')}/` },
      { find: /^\$workers\//, replacement: `${at('./workers')}/` },
      { find: /^\$sdk\//, replacement: `${at('./embed/src')}/` }
    ]
  },
  test: {
    // Made a module by its plugin, which Node does not ask.
    server: { deps: { inline: [/@browsermt\/bergamot-translator/] } },
    environment: 'node',
    include: [
      'src/**/*.test.ts',
      'workers/**/*.test.ts',
      'scripts/**/*.test.ts',
      'vite/**/*.test.ts',
      'models/**/*.test.ts',
      'embed/**/*.test.ts'
    ],
    // One for each core; by itself vitest leaves one free, which on two cores is half of them.
    maxWorkers: '100%',
    // Each file runs the models' runtime for the first time, most of it once: compiling what is run a little more often to
    // quicker code would take a quarter of these tests' time.
    execArgv: ['--wasm-tiering-budget=200000000'],
    testTimeout: 30_000,
    passWithNoTests: true
  }
});
