import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import sirv from 'sirv';
import { expect, test } from './harness';

/** Waits until the service worker stands between, then until everything is stored. */
async function readyForOffline(page: Page): Promise<void> {
  await page.goto('/settings');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  // The first key press starts the storing of large files.
  await page.keyboard.press('Shift');
  await expect(page.getByTestId('offline-state')).toHaveAttribute('data-state', 'ready', { timeout: 60_000 });
}

test('after the first visit every page opens without the network, and large files are there', async ({
  page,
  context
}) => {
  await readyForOffline(page);
  await context.setOffline(true);
  // Nothing that isn't stored can be had, through the service worker either.
  expect(
    await page.evaluate(() =>
      fetch('/not-stored.bin').then(
        () => 'reached',
        () => 'unreachable'
      )
    )
  ).toBe('unreachable');
  for (const path of ['/', '/voice', '/models', '/settings', '/conversations/none']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  const files = await page.evaluate(async () => {
    const list = (await (await fetch('/offline-files.json')).json()) as {
      path: string;
      bytes: number;
      group: string;
    }[];
    const sizes = await Promise.all(
      list
        .filter((file) => !['runtime-gpu', 'runtime-bergamot'].includes(file.group))
        .map(async (file) => (await (await fetch(`/${file.path}`)).arrayBuffer()).byteLength === file.bytes)
    );
    return { count: sizes.length, whole: sizes.filter(Boolean).length };
  });
  expect(files.count).toBeGreaterThan(3);
  expect(files.whole).toBe(files.count);
  const part = await page.evaluate(async () => {
    const range = { headers: { Range: 'bytes=10-19' } };
    const response = await fetch('/models/vad/silero_vad_v6_whole.onnx', range);
    return { status: response.status, bytes: (await response.arrayBuffer()).byteLength };
  });
  expect(part).toEqual({ status: 206, bytes: 10 });
});

test('requests are counted, those of the first load too, and none went elsewhere', async ({ page }) => {
  await readyForOffline(page);
  const own = page.getByRole('row').filter({ hasText: 'localhost' });
  const count = async () => Number((await own.getByRole('cell').last().textContent()) ?? 0);
  await expect.poll(count).toBeGreaterThan(20);
  await expect(page.getByRole('row')).toHaveCount(2);
});

test('a file shared by another app reaches the page', async ({ page }) => {
  await readyForOffline(page);
  const landed = await page.evaluate(async () => {
    const form = new FormData();
    form.append('audio', new File(['abc'], 'été.ogg', { type: 'audio/ogg' }));
    const response = await fetch('/share', { method: 'POST', body: form });
    return new URL(response.url).pathname;
  });
  expect(landed).toBe('/share');
  await page.goto('/share');
  await expect(page.getByText('été.ogg')).toBeVisible();
});

/** Whether the bare host serves the next version. */
let deployed = false;

/** A static host that knows nothing of this app: no headers, and files as they lie in the build. */
const bare = test.extend<{ host: { deploy: () => void } }>({
  host: async ({ baseURL: _ }, use) => use({ deploy: () => (deployed = true) }),
  // The harness compares with this origin.
  baseURL: async ({ browserName: _ }, use) => {
    deployed = false;
    const app = sirv('build', { single: true, dev: true });
    const server = createServer((request, response) => {
      if (deployed && request.url === '/service-worker.js') {
        response.setHeader('Content-Type', 'text/javascript');
        return void response.end(`${readFileSync('build/service-worker.js', 'utf8')}\n/* next version */`);
      }
      app(request, response);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.close();
    server.closeAllConnections();
  }
});
bare(
  'without headers the app runs at once, and is isolated from its second page load on',
  async ({ page }) => {
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  }
);

bare('a new version is offered, and the page loads anew only when it is accepted', async ({ page, host }) => {
  await page.goto('/');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.evaluate(() => Object.assign(window, { stillHere: true }));
  host.deploy();
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  const accept = page.getByRole('button', { name: 'Use it now' });
  await expect(accept).toBeVisible();
  expect(await page.evaluate(() => 'stillHere' in window)).toBe(true);
  await accept.click();
  await page.waitForFunction(() => !('stillHere' in window));
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});
