/** Running other programs from the scripts. Node built-ins only: nothing is installed yet. */
import { spawn } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * What every child gets. transformers.js depends on onnxruntime-node, whose install step downloads a
 * CUDA build that a browser app has no use for; `.npmrc` says the same, but newer versions of npm
 * ignore keys they don't know.
 */
const environment = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };

const isWindows = process.platform === 'win32';

/**
 * Runs a program in the repository's root with its output shown.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string | undefined>, timeoutMs?: number, quiet?: boolean }} [options]
 * @returns {Promise<number>} the exit code; 124 when it ran past `timeoutMs`, 127 when it could not start
 */
export function run(command, args, { env = {}, timeoutMs = 0, quiet = false } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...environment, ...env },
      stdio: ['ignore', quiet ? 'ignore' : 'inherit', quiet ? 'ignore' : 'inherit'],
      // npm and npx are .cmd files on Windows, which only a shell can start.
      shell: isWindows
    });
    let timedOut = false;
    const timer = timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, timeoutMs)
      : undefined;
    child.on('error', () => done(127));
    child.on('close', (code) => {
      clearTimeout(timer);
      done(timedOut ? 124 : (code ?? 1));
    });
  });
}

/**
 * Runs a program that node_modules brings.
 * @param {string} name
 * @param {string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runBin(name, args, options) {
  return run(resolve(root, 'node_modules/.bin', isWindows ? `${name}.cmd` : name), args, options);
}
