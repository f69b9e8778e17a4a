/** Finds a Chromium that starts, or installs one. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, runBin } from './run.mjs';

/** The first is Chromium without windows of its own: the tests take a seventh less in it. */
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']; // prettier-ignore
/** Debian's packages, the first that there is. */
const PACKAGES = ['chromium-headless-shell', 'chromium'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'
];

/** What asks a network that isn't there, or breaks off what a test answers itself. */
const UNWANTED = ['HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'OptimizationHints', 'MediaRouter', 'AvoidCorsURLLoaderRestartOnRedirect']; // prettier-ignore

/**
 * The switch that turns features off. The last of its name counts, so that it stands for Playwright's own, which also turns
 * off what frames of another site need: storage that is partitioned, as it is in people's browsers.
 * @param {string[]} more besides what no test and no bench wants
 */
export const withoutFeatures = (...more) => `--disable-features=${[...UNWANTED, ...more].join()}`;

/**
 * A stub that only asks for a snap, or a browser without its libraries, exists but does not start.
 * @param {string} path
 */
function starts(path) {
  if (!existsSync(path)) return false;
  if (process.platform === 'win32') return true;
  try {
    execFileSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

async function playwrightsOwn() {
  const { chromium } = await import('playwright-core');
  return chromium.executablePath();
}

/** @returns {Promise<string | undefined>} the path of a browser that starts */
export async function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (starts(named)) return named;
    console.error(`CHROMIUM_PATH is ${named}, which does not start; looking elsewhere.`);
  }
  const onPath = (process.env.PATH ?? '').split(delimiter);
  for (const name of NAMES) {
    const found = onPath.map((folder) => join(folder, name)).find(starts);
    if (found) return found;
  }
  const own = await playwrightsOwn();
  return [own, ...PLACES].find(starts);
}

/** Finds a browser or installs one; ends the process with a message when neither works. */
export async function ensureChromium() {
  const found = await findChromium();
  if (found) return found;
  console.log('No Chromium found. Fetching one with Playwright …');
  await runBin('playwright', ['install', 'chromium'], { timeoutMs: 300_000 });
  const fetched = await findChromium();
  if (fetched) return fetched;

  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync('/usr/bin/apt-get')) {
    console.log('Installing the system’s chromium with apt-get …');
    await run('apt-get', ['update', '-qq'], { quiet: true });
    for (const name of PACKAGES) {
      await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], {
        env: { DEBIAN_FRONTEND: 'noninteractive' }
      });
      const system = await findChromium();
      if (system) return system;
    }
  }
  console.error(
    'No Chromium could be found or installed. Install Chromium or Chrome, or set CHROMIUM_PATH to its program, then run npm test again.'
  );
  process.exit(1);
}
