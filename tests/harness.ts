/**
 * What every end-to-end test starts from: a Chromium that this machine has, and a page on which a
 * request to another origin, an uncaught error or a breach of the CSP fails the test.
 *
 * `test.use({ microphone: 'tests/….wav' })` feeds a file to the microphone; with `%noloop` after its name, once.
 */
import { test as base, expect, type BrowserContext, type LaunchOptions } from '@playwright/test';
import { resolve } from 'node:path';
import { findChromium, withoutFeatures } from '../scripts/lib/chromium.mjs';

interface WorkerOptions {
  /** A WAV file that the microphone plays, in a loop (`%noloop`: once); silence from a fake device when absent. */
  microphone: string | undefined;
}

interface PageOptions {
  /**
   * The browser says that data is to be saved. Nothing is then made ready for a message in advance, which costs a
   * test of many pages or files more than it gives back.
   */
  savesData: boolean;
}

interface Guards {
  /** What went wrong on the page so far; a test that provokes an error empties it. */
  pageFaults: string[];
}

const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  // Freed memory stays with the browser for a while. Given back at once and asked for again, as the compilation of the
  // runtime does all the time, it takes a sixth of the tests' time on a virtual machine, where paging is dear.
  '--enable-features=PartitionAllocLargeEmptySlotSpanRing',
  withoutFeatures('PartitionAllocBackupRefPtr', 'PartitionAllocMemoryReclaimer')
];

function microphoneFlags(file: string | undefined): string[] {
  const flags = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];
  return file ? [...flags, `--use-file-for-fake-audio-capture=${resolve(file)}`] : flags;
}

const WEBGPU_FLAGS = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  // Each test runs a runtime of 27 MB for the first time, most of it once: compiling what is run a little more often to
  // quicker code would take a third of these tests' time.
  '--js-flags=--wasm-tiering-budget=1000000000'
];

export const test = base.extend<Guards & PageOptions, WorkerOptions & { launchOptions: LaunchOptions }>({
  microphone: [undefined, { option: true, scope: 'worker' }],
  launchOptions: [
    async ({ microphone }, use, info) => {
      const executablePath = await findChromium();
      const gpu = info.project.name === 'webgpu' ? WEBGPU_FLAGS : [];
      await use({
        ...(executablePath ? { executablePath } : {}),
        args: [...FLAGS, ...microphoneFlags(microphone), ...gpu]
      });
    },
    { scope: 'worker' }
  ],
  savesData: [false, { option: true }],
  context: async ({ context, savesData }, use) => {
    if (savesData)
      await context.addInitScript(() =>
        Object.defineProperty(navigator, 'connection', { value: { saveData: true } })
      );
    await use(context);
  },
  pageFaults: [
    async ({ context, baseURL }, use) => {
      const faults = watchFaults(context, [new URL(baseURL ?? '').origin]);
      await use(faults);
      expect(faults).toEqual([]);
    },
    { auto: true }
  ]
});

/** @param origins where pages may go. @returns what goes wrong from now on, as it comes. */
export function watchFaults(context: BrowserContext, origins: readonly string[]): string[] {
  const faults: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    const leaves = /^(https?|wss?):$/.test(url.protocol) && !origins.includes(url.origin);
    if (leaves) faults.push(`request to another origin: ${url.href}`);
  });
  context.on('weberror', (error) => faults.push(`uncaught: ${error.error().message}`));
  context.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) faults.push(`CSP: ${message.text()}`);
  });
  return faults;
}

export { expect };
