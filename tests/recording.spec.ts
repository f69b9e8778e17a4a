import type { Page } from '@playwright/test';
import { expectAccessible, expectNoViolations } from './accessible';
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
  await expectNoViolations(page);
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

/** The microphone is asked for, and nothing is answered until `allow`. */
interface HeldMicrophone {
  allow(): void;
  asked: number;
  tracks: MediaStreamTrack[];
}
type HoldingWindow = Window & { held?: HeldMicrophone };

async function holdMicrophone(page: Page): Promise<void> {
  await page.addInitScript(() => {
    // The blank page before the first has none.
    if (!('mediaDevices' in navigator)) return;
    const held: HeldMicrophone = { allow: () => {}, asked: 0, tracks: [] };
    const allowed = new Promise<void>((resolve) => (held.allow = resolve));
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      held.asked++;
      await allowed;
      const stream = await ask(constraints);
      held.tracks.push(...stream.getTracks());
      return stream;
    };
    Object.assign(window, { held });
  });
}

test('discarded while the browser still asks for the microphone: once allowed, it is let go at once', async ({
  page
}) => {
  await holdMicrophone(page);
  await openNotes(page);
  const panel = page.getByTestId('recording');
  await page.keyboard.press('r');
  await expect(panel).toContainText('Waiting for the microphone');
  await expect.poll(() => page.evaluate(() => (window as HoldingWindow).held?.asked)).toBe(1);
  await panel.getByRole('button', { name: 'Discard' }).click();
  await expect(panel).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Record', exact: true })).toBeFocused();
  await page.evaluate(() => (window as HoldingWindow).held?.allow());
  const states = () =>
    page.evaluate(() => (window as HoldingWindow).held?.tracks.map(({ readyState }) => readyState));
  await expect.poll(states).toEqual(['ended']);
  await expect(panel).toHaveCount(0);
  // The next one is a recording like any other.
  await page.keyboard.press('r');
  await expect(panel.getByRole('timer')).toHaveText(/^0:(0[2-9]|[1-5]\d)$/);
  await panel.getByRole('button', { name: 'Discard' }).click();
  await expect.poll(states).toEqual(['ended', 'ended']);
});

test('by keyboard alone: Space starts, Space stops, Space sends', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['en'] });
  const panel = page.getByTestId('recording');
  const button = (name: string) => panel.getByRole('button', { name, exact: true });
  const record = page.getByRole('button', { name: 'Record', exact: true });

  await page.keyboard.press('Space');
  await expect(button('Pause')).toBeFocused();
  await expect(panel.getByRole('timer')).toHaveText(/^0:(0[2-9]|[1-5]\d)$/);
  await page.keyboard.press('Space');
  await expect(panel).toHaveAttribute('data-phase', 'paused');
  await expect(button('Send')).toBeFocused();
  await page.keyboard.press('Space');
  await expect(panel).toHaveCount(0);
  await expect(lastMessage(page)).toBeVisible();
  await expect(record).toBeFocused();

  // From the button; and on from a pause.
  await page.keyboard.press('Space');
  await expect(button('Pause')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(button('Send')).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(button('Go on')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(panel).toHaveAttribute('data-phase', 'recording');
  await expect(button('Pause')).toBeFocused();
  // A key held down presses nothing more.
  await page.keyboard.down('Space');
  await page.keyboard.up('Space');
  await expect(button('Send')).toBeFocused();
  await page.keyboard.down('Shift');
  await page.keyboard.press('Tab');
  await page.keyboard.up('Shift');
  await page.keyboard.down('Enter');
  await page.keyboard.down('Enter');
  await expect(button('Pause')).toBeFocused();
  await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await expect(panel).toHaveAttribute('data-phase', 'recording');
  await expect(page.getByTestId('message')).toHaveCount(1);
});

/** What the journal holds, also of what was set aside. */
async function journalled(page: Page): Promise<{ takes: number; chunks: number }> {
  return page.evaluate(
    () =>
      new Promise<{ takes: number; chunks: number }>((done, failed) => {
        const request = indexedDB.open('timbre');
        request.onerror = () => failed(request.error);
        request.onsuccess = () => {
          const transaction = request.result.transaction(['takes', 'takeChunks'], 'readonly');
          const takes = transaction.objectStore('takes').count();
          const chunks = transaction.objectStore('takeChunks').count();
          transaction.oncomplete = () => {
            request.result.close();
            done({ takes: takes.result, chunks: chunks.result });
          };
          transaction.onerror = () => failed(transaction.error);
        };
      })
  );
}

test('what was discarded is not offered after a reload; one that was left can be discarded, and had back', async ({
  page
}) => {
  await openNotes(page);
  const panel = page.getByTestId('recording');
  const take = page.getByTestId('take');
  const record = page.getByRole('button', { name: 'Record', exact: true });
  await record.click();
  await expect(panel.getByRole('timer')).toHaveText(/^0:(0[2-9]|[1-5]\d)$/);
  await page.reload();
  await expect(take).toHaveCount(1);
  await record.click();
  await expect(panel.getByRole('timer')).toHaveText(/^0:(0[2-9]|[1-5]\d)$/);
  await panel.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await page.reload();
  // One was left, one was set aside: both are there, one is offered.
  await expect(take).toHaveCount(1);
  expect((await journalled(page)).takes).toBe(2);

  await take.getByRole('button', { name: 'Discard' }).click();
  await expect(take).toHaveCount(0);
  await expect(record).toBeFocused();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(take).toHaveCount(1);
  await take.getByRole('button', { name: 'Discard' }).click();
  await expect(take).toHaveCount(0);
  await page.getByTestId('notices').getByRole('button', { name: 'Close' }).click();
  await expect.poll(async () => (await journalled(page)).takes).toBe(1);
  expect((await journalled(page)).chunks).toBeGreaterThan(0);
});

test('a message: axe in both themes, 320 px, chips by arrows', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['en', 'fr', 'es', 'de'] });
  await page.getByRole('button', { name: 'Type it' }).click();
  await page.getByLabel('Your message').fill('We kept a seat for you at the long table.');
  await expectNoViolations(page);
  await page.getByRole('button', { name: 'Send' }).click();
  await settled(page);
  const tabs = lastMessage(page).getByRole('tab');
  await tabs.first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(tabs.nth(1)).toBeFocused();
  await expect(tabs.nth(1)).toHaveAttribute('aria-selected', 'true');
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth))
    .toBeLessThanOrEqual(0);
  await expectNoViolations(page);
});
