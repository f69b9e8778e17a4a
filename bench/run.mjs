/**
 * `npm run bench`: measures the built app in a browser, prints a table, writes `bench/results/*.json`.
 * Each `*.bench.mjs` beside this file exports `measure({ browser, baseURL, executablePath })`, which gives rows of
 * `{ what, value, unit, plain?, times?, tuned?, 'times tuned'?, budget?, ok?, note? }`: `plain` is the same work done
 * the usual way, `times` how many times ours is better; `tuned` the usual way at its best. Names after `npm run bench --` choose among
 * them; `--write` puts the table into docs/bench.md, too.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from '../scripts/lib/build.mjs';
import { ensureChromium } from '../scripts/lib/chromium.mjs';
import { ensureInstalled } from '../scripts/lib/install.mjs';
import { root } from '../scripts/lib/run.mjs';
import { writeTable } from './lib/table.mjs';

await ensureInstalled();
await ensureBuilt();
const { chromium } = await import('playwright-core');
const port = process.env.PORT ?? '4373';
const baseURL = `http://localhost:${port}`;
const server = spawn(process.execPath, [resolve(root, 'scripts/serve.mjs')], {
  cwd: root,
  env: { ...process.env, PORT: port },
  stdio: ['ignore', 'pipe', 'inherit']
});
await new Promise((ready, failed) => {
  server.stdout.once('data', ready);
  server.once('exit', () => failed(new Error('the server did not start')));
});

const wanted = process.argv.slice(2).filter((name) => name !== '--write');
const names = readdirSync(resolve(root, 'bench'))
  .filter((name) => name.endsWith('.bench.mjs'))
  .map((name) => name.replace('.bench.mjs', ''))
  .filter((name) => wanted.length === 0 || wanted.includes(name));
const executablePath = await ensureChromium();
const rows = [];
const loadBefore = loadavg()[0];
let version = '';
try {
  for (const name of names) {
    // A browser of its own for each: none finds another's caches or memory.
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    version = browser.version();
    try {
      const { measure } = await import(pathToFileURL(resolve(root, 'bench', `${name}.bench.mjs`)).href);
      for (const row of await measure({ browser, baseURL, executablePath }))
        rows.push({ bench: name, ...row });
    } catch (error) {
      console.error(error);
      rows.push({ bench: name, what: 'failed', value: error.message.split('\n')[0] });
      process.exitCode = 1;
    } finally {
      await browser.close();
    }
  }
} finally {
  server.kill();
}

const columns = ['what', 'value', 'unit', 'plain', 'times', 'tuned', 'times tuned', 'budget', 'ok'];
console.table(rows, columns);
for (const { what, note } of rows) if (note) console.log(`${what}: ${note}`);
const machine = {
  cores: cpus().length,
  cpu: cpus()[0]?.model,
  memoryBytes: totalmem(),
  /** Above the number of cores others worked at the same time, and times are longer than they need be. */
  load: { before: loadBefore, after: loadavg()[0] },
  node: process.version,
  browser: version
};
mkdirSync(resolve(root, 'bench/results'), { recursive: true });
const file = resolve(root, 'bench/results', `${new Date().toISOString().replace(/[:.]/g, '-')}.json`);
writeFileSync(file, JSON.stringify({ at: new Date().toISOString(), machine, rows }, null, 1));
console.log(file);
if (process.argv.includes('--write')) writeTable(resolve(root, 'docs/bench.md'), rows, machine);
