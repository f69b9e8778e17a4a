/** Builds the app when the build is missing or older than what it is made of. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { root, run } from './run.mjs';

/** Everything a build is made of. */
const SOURCES = [
  'src',
  'workers',
  'vite',
  'embed/src',
  'static',
  'messages',
  'project.inlang',
  'models',
  'package-lock.json',
  'svelte.config.js',
  'vite.config.ts',
  'tsconfig.json'
];
/** Written by the build itself, or no part of it. */
const SKIP = new Set(['paraglide', 'training', 'node_modules']);

/** @param {string} path @returns {number} the newest modification time below it, in ms */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path)
    .filter((name) => !SKIP.has(name))
    .reduce((latest, name) => Math.max(latest, newest(resolve(path, name))), 0);
}

export function isBuilt() {
  const page = resolve(root, 'build/index.html');
  if (!existsSync(page)) return false;
  return statSync(page).mtimeMs >= Math.max(...SOURCES.map((name) => newest(resolve(root, name))));
}

/** @returns {Promise<number>} the exit code */
export function build() {
  return run('npm', ['run', '--silent', 'build']);
}

/** Ends the process with a message when the app can't be built. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  console.log('Building the app …');
  if ((await build()) !== 0) {
    console.error('The build failed; what went wrong is above.');
    process.exit(1);
  }
}
