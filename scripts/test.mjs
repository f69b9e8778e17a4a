/**
 * `npm test`: everything, from a fresh clone. Lint, types, unit tests, build, end-to-end tests; goes on
 * after a failure so that one run shows all of them. The last line sums every suite.
 *
 * `npm test -- unit e2e` runs only what is named.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { run, runBin } from './lib/run.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

const wanted = new Set(process.argv.slice(2));
const scratch = mkdtempSync(join(tmpdir(), 'timbre-test-'));
/** @type {[name: string, count: Count][]} */
const results = [];

/** @param {number} code @returns {Count} a check that either passes or doesn't */
const check = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });

/**
 * A suite's own counts; one failure when it ended without writing them, or failed beside its tests.
 * @param {string} file @param {number} code @param {(report: any) => Count} read @returns {Count}
 */
function counted(file, code, read) {
  let count;
  try {
    count = read(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return check(code || 1);
  }
  if (code !== 0 && count.failed === 0) count.failed = 1;
  return count;
}

/** @type {Record<string, () => Promise<Count>>} */
const stages = {
  lint: async () => check(await run('npm', ['run', '--silent', 'lint'])),
  types: async () => check(await run('npm', ['run', '--silent', 'check'])),
  unit: async () => {
    const file = join(scratch, 'unit.json');
    const code = await runBin('vitest', [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`
    ]);
    return counted(file, code, (report) => ({
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + (report.numTodoTests ?? 0)
    }));
  },
  build: async () => check(await build()),
  e2e: async () => {
    const file = join(scratch, 'e2e.json');
    const env = { CHROMIUM_PATH: await ensureChromium(), PLAYWRIGHT_JSON_OUTPUT_FILE: file };
    const code = await runBin('playwright', ['test', '--reporter=list,json'], { env });
    return counted(file, code, ({ stats }) => ({
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected,
      skipped: stats.skipped
    }));
  }
};

/** What keeps one core busy goes side by side, the rest one after another. */
const TURNS = [['lint', 'types'], ['unit'], ['build'], ['e2e']];

await ensureInstalled();
// The catalogue is compiled code; tests of any suite may import it.
await run('npm', ['run', '--silent', 'i18n']);
for (const together of TURNS) {
  const names = together.filter((name) => wanted.size === 0 || wanted.has(name));
  if (names.length === 0) continue;
  console.log(`\n── ${names.join(', ')}`);
  await Promise.all(names.map(async (name) => results.push([name, await stages[name]()])));
}
rmSync(scratch, { recursive: true, force: true });

console.log('');
for (const [name, count] of results) {
  const skipped = count.skipped ? `, ${count.skipped} skipped` : '';
  console.log(`${name.padEnd(6)} ${count.passed} passed, ${count.failed} failed${skipped}`);
}
const sum = (/** @type {keyof Count} */ key) => results.reduce((total, [, count]) => total + count[key], 0);
const skipped = sum('skipped');
console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exit(sum('failed') > 0 || results.length === 0 ? 1 : 0);
