import type { Page } from '@playwright/test';
import { expectAccessible } from './accessible';
import { expect, test } from './harness';
import { lastMessage, openNotes, settled, typeMessage } from './messages';

test.use({ serviceWorkers: 'block' });

const OLDER = 50;

/** As if so many had been written before the one that is there: `older 1` is the one just before it. */
async function writeOlder(page: Page): Promise<void> {
  await page.evaluate(
    (count) =>
      new Promise<void>((done, failed) => {
        const request = indexedDB.open('timbre');
        request.onerror = () => failed(request.error);
        request.onsuccess = () => {
          const transaction = request.result.transaction('messages', 'readwrite');
          const messages = transaction.objectStore('messages');
          const all = messages.getAll();
          all.onsuccess = () => {
            const [model] = all.result as { createdAt: number; transcription: object }[];
            for (let i = 1; model && i <= count; i++)
              messages.put({
                ...model,
                id: `older-${i}`,
                createdAt: model.createdAt - i * 1000,
                transcription: { ...model.transcription, text: `older ${i}` },
                words: ['older', `n${i}`]
              });
          };
          transaction.oncomplete = () => {
            request.result.close();
            done();
          };
          transaction.onerror = () => failed(transaction.error);
        };
      }),
    OLDER
  );
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
