import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './harness';
import { lastMessage, openNotes, settled } from './messages';

test.use({ serviceWorkers: 'block', microphone: 'tests/fixtures/speech/en.wav' });

test('recorded by the keyboard: R, pause, listen, go on, Space, send', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['en'] });
  const panel = page.getByTestId('recording');
  await page.keyboard.press('r');
  await expect(panel).toHaveAttribute('data-phase', 'recording');
  await expect(panel).toContainText('Good level');
  await expect(panel.getByRole('timer')).toHaveText(/^0:(0[2-9]|[1-5]\d)$/);
  await page.keyboard.press('Escape');
  await expect(panel).toHaveAttribute('data-phase', 'paused');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await panel.getByRole('button', { name: /^Play/ }).click();
  await expect(panel.getByRole('button', { name: /^Pause/ })).toBeVisible();
  await panel.getByRole('button', { name: 'Go on' }).click();
  await expect(panel.getByRole('timer')).toHaveText(/^0:(0[4-9]|[1-5]\d)$/);
  // Away from the buttons, which Space presses.
  await page.getByRole('heading', { level: 1 }).click();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press(' ');
  await expect(panel).toHaveAttribute('data-phase', 'paused');
  await expect(panel.getByRole('button', { name: 'Send' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(panel).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Record', exact: true })).toBeFocused();

  await settled(page);
  const card = lastMessage(page);
  const lengthS = Number(await card.getByRole('slider').first().getAttribute('aria-valuemax'));
  expect(lengthS).toBeGreaterThanOrEqual(3);
  await card.getByRole('button', { name: /^Play/ }).first().click();
  await expect(card.getByRole('slider').first()).not.toHaveAttribute('aria-valuetext', /^0:00/);
  // Sent: nothing is left behind to be offered.
  await page.reload();
  await expect(lastMessage(page)).toBeVisible();
  await expect(page.getByTestId('take')).toHaveCount(0);
});

test('the page is lost in the middle of a recording: the take is offered on return, and can be sent', async ({
  page
}) => {
  await openNotes(page, { targetLanguages: ['en'] });
  await page.keyboard.press('r');
  await expect(page.getByTestId('recording').getByRole('timer')).toHaveText(/^0:(0[3-9]|[1-5]\d)$/);
  await page.reload();
  const take = page.getByTestId('take');
  await expect(take).toContainText('A recording was left here');
  await take.getByRole('button', { name: 'Send' }).click();
  await settled(page);
  await expect(page.getByTestId('take')).toHaveCount(0);
  await expect(lastMessage(page).getByRole('slider').first()).toHaveAttribute('aria-valuemax', /[1-9]/);
});

test('discarded, and taken back', async ({ page }) => {
  await openNotes(page);
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  const panel = page.getByTestId('recording');
  await expect(panel.getByRole('timer')).toHaveText(/^0:(0[2-9]|[1-5]\d)$/);
  await panel.getByRole('button', { name: 'Discard' }).click();
  await expect(panel).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(panel).toHaveAttribute('data-phase', 'stopped');
  await panel.getByRole('button', { name: 'Send' }).click();
  await expect(lastMessage(page)).toBeVisible();
});

test('a message: axe in both themes, 320 px, chips by arrows', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['en', 'fr', 'es', 'de'] });
  await page.getByRole('button', { name: 'Type it' }).click();
  await page.getByLabel('Your message').fill('We kept a seat for you at the long table.');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole('button', { name: 'Send' }).click();
  await settled(page);
  const tabs = lastMessage(page).getByRole('tab');
  await tabs.first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(tabs.nth(1)).toBeFocused();
  await expect(tabs.nth(1)).toHaveAttribute('aria-selected', 'true');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});
