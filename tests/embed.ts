/** What the tests of Timbre inside other web apps share: two hosts on origins of their own, and ways to work one. */
import type { Frame, FrameLocator, Locator, Page } from '@playwright/test';
import type { Timbre } from '../embed/src/index';
import { serveExample } from '../scripts/lib/example-host.mjs';
import { expect, test as base, watchFaults } from './harness';
import { rowsOf, type FileToSend } from './messages';

const port = Number(process.env.E2E_PORT ?? 4273);
export const APP = `http://localhost:${port}`;
/** Two ports for each worker, since files of these tests run side by side. */
const hostPort = port + 1 + 2 * Number(process.env.TEST_PARALLEL_INDEX ?? 0);
/** The example host. Another site than the app: the browser keeps what the frame stores there apart. */
export const CLINIC = `http://127.0.0.1:${hostPort}`;
/** A second host of the clinic's site: the browser gives both frames one storage, so that Timbre alone keeps them apart. */
export const SHOP = `http://127.0.0.1:${hostPort + 1}`;

export const test = base.extend<object, { hosts: null }>({
  hosts: [
    // eslint-disable-next-line no-empty-pattern -- a fixture says by this pattern what it needs
    async ({}, use) => {
      const servers = await Promise.all(
        [CLINIC, SHOP].map((host) => serveExample({ app: APP, port: Number(new URL(host).port) }))
      );
      await use(null);
      servers.forEach((server) => server.close());
    },
    { scope: 'worker', auto: true }
  ],
  // For every test, as the one that it takes the place of.
  pageFaults: async ({ context }, use) => {
    const faults = watchFaults(context, [APP, CLINIC, SHOP]);
    await use(faults);
    expect(faults).toEqual([]);
  }
});
export { expect };

declare global {
  /** The example host's, for the console. */
  var timbre: Timbre;
}

/** Opens the example host and waits for the frame. @param query e.g. `headless&fr`. */
export async function openHost(page: Page, query: string, host = CLINIC): Promise<void> {
  await page.goto(`${host}/?${query}`);
  await hasTimbre(page);
}

/** Until then the name means the element of that id. */
export async function hasTimbre(page: Page): Promise<void> {
  await page.waitForFunction(() => typeof globalThis.timbre?.translate === 'function');
}

export const inFrame = (page: Page): FrameLocator => page.frameLocator('#timbre iframe');
/** In the frame, or in the person's own window of Timbre. */
export const sheet = (page: Page): Locator =>
  (page.url().startsWith(APP) ? page : inFrame(page)).getByTestId('permission');

export const question = (page: Page): Locator => sheet(page).getByRole('heading', { level: 2 });

/** The frame's own page. */
export function frameOf(page: Page): Frame {
  const frame = page.frames().find((each) => each.url().startsWith(`${APP}/embed`));
  if (!frame) throw new Error('there is no frame of Timbre in this page');
  return frame;
}

/** The person's answer on the sheet, once it takes one. */
export async function answerSheet(
  within: Page,
  name: 'Allow once' | 'Always allow' | 'Don’t allow',
  ticks: readonly ('voice' | 'samples')[] = []
): Promise<void> {
  const asked = sheet(within);
  const button = asked.getByRole('button', { name });
  // Out of sight it takes no press, and for a moment after that.
  await button.scrollIntoViewIfNeeded();
  await expect(button).toHaveAttribute('aria-disabled', 'false');
  for (const tick of ticks) await asked.getByTestId(`ask-${tick}`).check();
  await button.click();
  await expect(asked).toBeHidden();
}

interface Given {
  /** A file's path, or one that is made here. */
  audio?: string | FileToSend;
  may?: readonly string[];
  text?: string;
  language?: string;
  to?: string;
  words?: string;
  format?: string;
  person?: string;
  phrase?: string;
  id?: string;
}

/** Makes a call by the developer's panel, which must be open. @returns its entry among the answers. */
export async function call(page: Page, method: string, given: Given = {}): Promise<Locator> {
  const { audio, may, format, ...texts } = given;
  const form = page.locator('#calls');
  if (audio !== undefined) await form.locator('[name=audio]').setInputFiles(audio);
  if (format !== undefined) await form.locator('[name=format]').selectOption(format);
  for (const box of may ? await form.locator('[name=may]').all() : [])
    await box.setChecked(may?.includes((await box.getAttribute('value')) ?? '') ?? false);
  for (const [name, text] of Object.entries(texts)) await form.locator(`[name=${name}]`).fill(text);
  const before = await page.locator('#answers > li').count();
  await form.getByRole('button', { name: method, exact: true }).click();
  await expect(page.locator('#answers > li')).toHaveCount(before + 1);
  // The newest is the first: counted from the end, it keeps its place.
  return page.locator(`#answers > li:nth-last-child(${before + 1})`);
}

/** The answer as the panel writes it: JSON, a Blob as its type and size. */
export async function valueOf<T>(entry: Locator): Promise<T> {
  await expect(entry).toHaveAttribute('data-state', /done|failed/, { timeout: 90_000 });
  const text = await entry.locator('pre').textContent();
  expect(await entry.getAttribute('data-state'), text ?? '').toBe('done');
  return JSON.parse(text || 'null') as T;
}

export async function answered<T>(page: Page, method: string, given: Given = {}): Promise<T> {
  return valueOf<T>(await call(page, method, given));
}

export async function expectFailure(entry: Locator, code: string): Promise<void> {
  await expect(entry).toHaveAttribute('data-state', /done|failed/, { timeout: 90_000 });
  await expect(entry).toHaveAttribute('data-code', code);
}

/** Rows on the disk where a page or a frame has its storage; none where there is no such database. */
export async function storedRows(within: Page | Frame, database: string, table: string): Promise<unknown[]> {
  const names = await within.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  return names.includes(database) ? rowsOf(within, table, database) : [];
}
