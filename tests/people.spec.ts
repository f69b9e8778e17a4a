/** Taking somebody out of a conversation, and deleting them: their messages and their name stay. */
import type { Page } from '@playwright/test';
import { expect, test } from './harness';
import { lastMessage, openNotes, sendSpeechWithWords, settled, talkInPorto } from './messages';

test.use({ serviceWorkers: 'block' });

/** A conversation with Camille, who has said something in it. */
async function talkWithCamille(page: Page): Promise<void> {
  // Undo is there for as long as a slow machine needs.
  await openNotes(page, { undoMs: 600_000 });
  await talkInPorto(page);
  await sendSpeechWithWords(page, 'We kept a seat for you.', 'Camille');
  await settled(page);
  await expect(lastMessage(page)).toHaveAccessibleName(/Camille/);
}

const reach = (page: Page) => page.getByRole('button', { name: /^Everyone hears it in/ });

test('a member is taken out, and back in', async ({ page }) => {
  await talkWithCamille(page);
  await page.getByRole('button', { name: 'People', exact: true }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'Take Camille out of this conversation' }).click();
  await expect(sheet.getByTestId('notices')).toContainText('Their messages stay here.');
  await expect(sheet.getByRole('list', { name: 'People' })).toBeFocused();
  // Known still, so that they can be put back.
  await expect(sheet.getByRole('button', { name: 'Camille', exact: true })).toBeVisible();
  await sheet.getByRole('button', { name: 'Undo' }).click();
  await expect(sheet.getByRole('button', { name: 'Change Camille' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(reach(page)).toContainText('FR');
  await expect(lastMessage(page)).toHaveAccessibleName(/Camille/);
});

test('a person is deleted in the settings, and what they said stays under their name', async ({ page }) => {
  await talkWithCamille(page);
  await page.getByRole('link', { name: 'Settings' }).click();
  const people = page.getByRole('region', { name: 'People' });
  await people.getByRole('button', { name: 'Delete Camille' }).click();
  await expect(page.getByTestId('notices')).toContainText('Their messages stay, under their name.');
  await expect(people.getByRole('button', { name: 'Delete Camille' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Messages', exact: true }).click();
  await page.getByRole('link', { name: /Porto in May/ }).click();
  await expect(lastMessage(page)).toHaveAccessibleName(/Camille/);
  await expect(reach(page)).not.toContainText('FR');
  await page.getByTestId('notices').getByRole('button', { name: 'Undo' }).click();
  await expect(reach(page)).toContainText('FR');
});

test('a person is renamed in the settings', async ({ page }) => {
  await talkWithCamille(page);
  await page.getByRole('link', { name: 'Settings' }).click();
  const people = page.getByRole('region', { name: 'People' });
  await people.getByRole('button', { name: 'Change Camille' }).click();
  await people.getByLabel('Name', { exact: true }).fill('Camille Roy');
  await people.getByRole('button', { name: 'Save' }).click();
  await expect(people.getByRole('button', { name: 'Change Camille Roy' })).toBeVisible();
});
