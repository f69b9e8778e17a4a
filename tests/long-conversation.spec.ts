import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible';
import { expect, test } from './harness';
import { lastMessage, openNotes, putRows, rowsOf, settled, typeMessage } from './messages';

test.use({ serviceWorkers: 'block' });

const OLDER = 50;

/** As if so many had been written before the one that is there: `older 1` is the one just before it. */
async function writeOlder(page: Page): Promise<void> {
  const [model] = (await rowsOf(page, 'messages')) as { createdAt: number; transcription: object }[];
  if (!model) throw new Error('no message to go by');
  const rows = Array.from({ length: OLDER }, (_, i) => ({
    ...model,
    id: `older-${i + 1}`,
    createdAt: model.createdAt - (i + 1) * 1000,
    transcription: { ...model.transcription, text: `older ${i + 1}` },
    words: ['older', `n${i + 1}`]
  }));
  await putRows(page, 'messages', rows);
}

test.beforeEach(async ({ page }) => {
  await openNotes(page, { targetLanguages: ['en'] });
  await typeMessage(page, 'We kept a seat for you at the long table.');
  await settled(page);
  await writeOlder(page);
  await page.reload();
});

test('a long conversation begins with its end, and older messages come as one scrolls, without a jump', async ({
  page
}) => {
  const messages = page.getByTestId('message');
  await expect(messages).toHaveCount(20);
  await expect(lastMessage(page)).toBeInViewport();
  await expectAccessible(page, 'long conversation');

  const nineteenth = messages.filter({ hasText: 'older 19' });
  await nineteenth.scrollIntoViewIfNeeded();
  await expect(messages).toHaveCount(40);
  await expect(nineteenth).toBeInViewport();
  await page.getByRole('button', { name: 'Earlier messages' }).focus();
  await page.keyboard.press('Enter');
  await expect(messages).toHaveCount(OLDER + 1);
  await expect(page.getByRole('button', { name: 'Earlier messages' })).toHaveCount(0);

  // A new one takes none of them away.
  await typeMessage(page, 'And a lamp above it.');
  await expect(messages).toHaveCount(OLDER + 2);
  await expect(lastMessage(page)).toBeInViewport();
  await settled(page);
});

test('an old message that was found is shown, also from within its conversation', async ({ page }) => {
  await page.getByRole('button', { name: 'Search messages' }).click();
  await page.getByRole('searchbox').fill('n45');
  await page.getByRole('link', { name: /Notes to self/ }).click();
  const found = page.getByTestId('message').filter({ hasText: 'older 45' });
  await expect(found).toBeInViewport();
  await expect(found).toBeFocused();
});
