import { expectAccessible } from './accessible';
import { expect, test } from './harness';

const PAGES = ['/', '/voice', '/models', '/settings', '/share', '/conversations/none', '/nowhere/at/all'];

for (const path of PAGES) {
  test(`${path} has no accessibility violations in either theme`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectAccessible(page);
  });
}

test('a phone at 320 px scrolls only downwards, and its targets are large enough', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const path of PAGES) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(sideways, path).toBeLessThanOrEqual(0);
    for (const target of await page.getByRole('navigation').getByRole('link').all()) {
      const box = await target.boundingBox();
      if (box) expect(Math.min(box.width, box.height), path).toBeGreaterThanOrEqual(44);
    }
  }
});

test('the theme is switched, kept over a reload and there before the first paint', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/');
  await page.getByRole('button', { name: 'Theme', exact: true }).click();
  const html = page.locator('html');
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await page.goto('/settings');
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('Same as the device');
  await expect(html).not.toHaveAttribute('data-theme');
});

test('the interface changes to French at once, without a reload, and stays so', async ({ page }) => {
  await page.goto('/settings');
  await page.evaluate(() => Object.assign(window, { stillHere: true }));
  await page.getByLabel('Language of the app').selectOption('Français');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Réglages');
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
  expect(await page.evaluate(() => 'stillHere' in window)).toBe(true);
  await page.goto('/');
  await expect(page.getByRole('link', { name: 'Réglages' })).toBeVisible();
});

test.describe('in French', () => {
  test.use({ locale: 'fr-FR' });
  test('a French browser gets French', async ({ page }) => {
    await page.goto('/voice');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Voix');
  });
});

test('the keyboard reaches the content first, then every place', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.getByRole('link', { name: 'Voice' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Voice');
  await expect(page.getByRole('link', { name: 'Voice' })).toHaveAttribute('aria-current', 'page');
});

test('the page is isolated; foreign scripts don’t run and foreign places aren’t reached', async ({
  page,
  pageFaults
}) => {
  await page.goto('/');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const outcome = await page.evaluate(async () => {
    const inline = document.createElement('script');
    inline.textContent = 'window.foreign = true';
    document.head.append(inline);
    const reached = await fetch('https://example.com/').then(
      () => true,
      () => false
    );
    return { ran: 'foreign' in window, reached };
  });
  expect(outcome).toEqual({ ran: false, reached: false });
  expect(pageFaults.filter((fault) => fault.startsWith('CSP'))).not.toEqual([]);
  // Provoked on purpose.
  pageFaults.length = 0;
});

test('the first page stays within its budget and loads no model and no runtime', async ({ page }) => {
  const scripts: string[] = [];
  const heavy: string[] = [];
  page.on('response', (response) => {
    const path = new URL(response.url()).pathname;
    if (/\.m?js$/.test(path)) scripts.push(path);
    if (/^\/(runtime|models)\//.test(path)) heavy.push(path);
  });
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.waitForLoadState('networkidle');
  const { gzipSync } = await import('node:zlib');
  const { readFileSync } = await import('node:fs');
  const pageScripts = [...new Set(scripts)].filter((path) => path !== '/service-worker.js');
  const bytes = pageScripts
    .map((path) => gzipSync(readFileSync(`build${path}`)).byteLength)
    .reduce((sum, size) => sum + size, 0);
  console.log(`first page: ${pageScripts.length} scripts, ${(bytes / 1000).toFixed(1)} kB gzip`);
  expect(bytes).toBeLessThanOrEqual(100_000);
  expect(heavy).toEqual([]);
});
