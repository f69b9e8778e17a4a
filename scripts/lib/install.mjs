/** Installs the packages when they are missing or older than the lock file. Node built-ins only. */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { root, run } from './run.mjs';

/** npm writes this file at the end of each install. */
const installed = resolve(root, 'node_modules/.package-lock.json');
const lock = resolve(root, 'package-lock.json');

function isCurrent() {
  return existsSync(installed) && existsSync(lock) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}

/** Makes sure that node_modules matches the lock file; ends the process with a message when it can't. */
export async function ensureInstalled() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Timbre needs Node 20.19 or newer; this is ${process.versions.node}.`);
    process.exit(1);
  }
  if (isCurrent()) return;
  console.log('Installing packages (once) …');
  const options = ['--include=dev', '--no-fund', '--no-audit'];
  let code = await run('npm', ['ci', ...options]);
  if (code !== 0) {
    console.error('npm ci did not finish; trying npm install.');
    code = await run('npm', ['install', ...options]);
  }
  if (code !== 0) {
    console.error('The packages could not be installed. Check the network, then run the same command again.');
    process.exit(1);
  }
}
