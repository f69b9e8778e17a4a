import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { asModule } from './bergamot';

const SCRIPT = createRequire(import.meta.url).resolve(
  '@browsermt/bergamot-translator/worker/bergamot-translator-worker.js'
);

test('the published script becomes a module, and has nothing that the page’s policy forbids', () => {
  const published = readFileSync(SCRIPT, 'utf8');
  expect(published).not.toMatch(/\beval\s*\(|new Function\s*\(/);
  const module = asModule(published);
  expect(module.startsWith('export default function start(Module) {')).toBe(true);
  expect(module).not.toContain('= this;');
});

test('another version than the known one is refused while the app is built, and not in the browser', () => {
  expect(() => asModule('var Module = {};')).toThrow(/does not know this version/);
});
