/**
 * Every sheet of the app: no accessibility violations in either theme, the focus stays in it and goes back to what
 * opened it, Escape closes it; and what goes wrong in it is seen, heard and can be pressed there.
 */
import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from './accessible';
import { expect, test } from './harness';
import { lastMessage, openNotes, settled, SPEECH, talkInPorto, typeMessage } from './messages';

test.use({ serviceWorkers: 'block', savesData: true });

const SENTENCE = 'We kept a seat for you at the long table.';

interface Sheet {
  /** Its title. */
  title: string;
  opener: (page: Page) => Locator;
  /** Default: a press on the opener. */
  open?: (page: Page) => Promise<void>;
}

/** The file input has the same name. */
const addAudio = (page: Page) => page.locator('button').filter({ hasText: 'Add audio' });

const SHEETS: readonly Sheet[] = [
  { title: 'Type it', opener: (page) => page.getByRole('button', { name: 'Type it' }) },
  {
    title: 'Everyone hears it in',
    opener: (page) => page.getByRole('button', { name: /^Everyone hears it in/ })
  },
  {
    title: 'Add audio',
    opener: addAudio,
    async open(page) {
      const choosing = page.waitForEvent('filechooser');
      await addAudio(page).click();
      await (await choosing).setFiles([SPEECH, 'package.json']);
    }
  },
  {
    title: 'Language of this message',
    opener: (page) => lastMessage(page).getByRole('button', { name: /^typed in English/ })
  },
  {
    title: 'More for this message',
    opener: (page) => lastMessage(page).getByRole('button', { name: 'More for this message' })
  },
  {
    title: 'New conversation',
    opener: (page) => page.getByRole('button', { name: 'New conversation' })
  }
];

const sheetOf = (page: Page, title: string) => page.getByRole('dialog', { name: title, exact: true });

async function openSheet(page: Page, sheet: Sheet): Promise<Locator> {
  if (sheet.open) await sheet.open(page);
  else await sheet.opener(page).click();
  const opened = sheetOf(page, sheet.title);
  await expect(opened).toBeVisible();
  return opened;
}

/** Where the focus is: in the sheet, nowhere (the browser's own controls), or on the page behind. */
function focusPlace(sheet: Locator): Promise<string> {
  return sheet.evaluate((dialog) => {
    const active = document.activeElement;
    if (active === null || active === document.body || active === document.documentElement) return 'nowhere';
    return dialog.contains(active) ? 'in' : `behind: ${active.outerHTML.slice(0, 200)}`;
  });
}

/** By Tab and by Shift+Tab, more often than the sheet has stops. */
async function expectTrapped(page: Page, sheet: Locator): Promise<void> {
  await expect.poll(() => focusPlace(sheet)).toBe('in');
  const stops = await sheet.locator('button, input, select, textarea, summary, a[href]').count();
  for (const key of ['Tab', 'Shift+Tab']) {
    let inside = 0;
    for (let press = 0; press < Math.min(stops, 40) + 3; press++) {
      await page.keyboard.press(key);
      const place = await focusPlace(sheet);
      expect(['in', 'nowhere'], `${key}, press ${press + 1}`).toContain(place);
      if (place === 'in') inside++;
    }
    expect(inside, key).toBeGreaterThan(0);
  }
}

async function expectClosesByEscape(page: Page, sheet: Locator, opener: Locator): Promise<void> {
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await expect(opener).toBeFocused();
}

test.beforeEach(async ({ page }) => {
  // A sheet that is still rising is half transparent.
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

test('every sheet: axe, focus, Escape', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['en'] });
  await typeMessage(page, SENTENCE);
  expect(await settled(page)).toBe('ready');
  for (const sheet of SHEETS) {
    await test.step(sheet.title, async () => {
      const opened = await openSheet(page, sheet);
      await expectAccessible(page, sheet.title);
      await expectTrapped(page, opened);
      await expectClosesByEscape(page, opened, sheet.opener(page));
    });
  }
});

test('“People”, with a person to change: axe, focus, Escape', async ({ page }) => {
  await openNotes(page);
  await talkInPorto(page);
  const opener = page.getByRole('button', { name: 'People', exact: true });
  await opener.click();
  const sheet = sheetOf(page, 'People');
  await expectAccessible(page, 'people');
  await sheet.getByRole('button', { name: 'Change Camille' }).click();
  await sheet.getByText('More about what they hear').click();
  await expectAccessible(page, 'a person');
  await sheet.getByRole('button', { name: 'Close' }).focus();
  await expectTrapped(page, sheet);
  await expectClosesByEscape(page, sheet, opener);
});

test('what fails in a sheet is seen and said in it, and the sheet stays', async ({ page }) => {
  await openNotes(page);
  await talkInPorto(page);
  await page.getByRole('button', { name: 'People', exact: true }).click();
  const sheet = sheetOf(page, 'People');
  const sentence = 'This can’t be used as it is. Nothing was changed.';
  await sheet.getByLabel('Name of the conversation').fill(' ');
  await page.keyboard.press('Tab');
  const notice = sheet.getByTestId('notices').getByRole('listitem');
  await expect(notice).toContainText(sentence);
  // Its time stands still under the pointer.
  await notice.hover();
  await expect(notice).toBeInViewport();
  await expect(sheet.locator('[aria-live=assertive]')).toContainText(sentence);
  await expectAccessible(page, 'a notice in a sheet');
  await notice.getByRole('button', { name: 'Close' }).click();
  await expect(notice).toHaveCount(0);
  await expect(sheet).toBeVisible();
});

test('a notice goes along when its sheet is closed, and can still be pressed', async ({ page }) => {
  // The machine may be slow: the notice is not what goes first.
  await openNotes(page, { undoMs: 600_000 });
  await talkInPorto(page);
  await page.getByRole('button', { name: 'People', exact: true }).click();
  const sheet = sheetOf(page, 'People');
  await sheet.getByRole('button', { name: 'Change Camille' }).click();
  await sheet.getByRole('button', { name: 'Delete Camille' }).click();
  await expect(sheet.getByTestId('notices')).toContainText('Camille is deleted');
  await expect(sheet.getByRole('button', { name: 'Change Camille' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  const notices = page.getByTestId('notices');
  await expect(notices).toHaveCount(1);
  await notices.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('button', { name: /^Everyone hears it in/ })).toContainText('FR');
});

test('a file that is dropped in the moment a sheet closes is asked about', async ({ page }) => {
  await openNotes(page);
  const input = page.locator('input[type=file]');
  await input.setInputFiles({ name: 'letter.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF') });
  const sheet = page.getByRole('dialog');
  await expect(sheet).toContainText('This file isn’t audio.');
  // As on Escape, whose effect the browser tells only later.
  await input.evaluate((element: HTMLInputElement) => {
    document.querySelector<HTMLDialogElement & { requestClose(): void }>('dialog[open]')?.requestClose();
    const chosen = new DataTransfer();
    chosen.items.add(new File([new Uint8Array(5000)], 'next.wav', { type: 'audio/wav' }));
    element.files = chosen.files;
    element.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await expect(sheet).toContainText('next.wav');
  await expect(sheet.getByRole('button', { name: 'Send' })).toBeEnabled();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
});
