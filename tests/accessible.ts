/** What axe finds on a page: nothing, in either theme. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './harness';

/** As the page is now. @param part a selector: what is new since the last look; default: all of the page. */
export async function expectNoViolations(page: Page, what = '', part?: string): Promise<void> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (part ? axe.include(part) : axe).analyze();
  expect(violations, what).toEqual([]);
}

/** In both themes. Without motion: a colour that is on its way to another has neither's contrast. */
export async function expectAccessible(page: Page, what = '', part?: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectNoViolations(page, `${what} ${colorScheme}`, part);
  }
}
