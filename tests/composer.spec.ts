import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expectNoViolations } from './accessible';
import { expect, test } from './harness';
import { lastMessage, openNotes, SPEECH, talkInPorto, typeMessage, wav, type FileToSend } from './messages';

test.use({ serviceWorkers: 'block', savesData: true });

const silence: FileToSend = { name: 'silence.wav', mimeType: 'audio/wav', buffer: wav(2, () => 0) };
const speech: FileToSend = { name: 'seat.mp3', mimeType: 'audio/mpeg', buffer: readFileSync(SPEECH) };

/** What is held over the page, or in the clipboard. */
interface Load {
  files?: FileToSend[];
  data?: Record<string, string>;
}

/** Gives the page these events, one after another, with the same load. @returns which it took over from the browser. */
function give(page: Page, kinds: string[], { files = [], data = {} }: Load): Promise<boolean[]> {
  const plain = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, bytes: [...buffer] }));
  return page.evaluate(
    ({ kinds, plain, data }) => {
      const held = new DataTransfer();
      for (const { name, mimeType, bytes } of plain)
        held.items.add(new File([Uint8Array.from(bytes)], name, { type: mimeType }));
      for (const [type, value] of Object.entries(data)) held.setData(type, value);
      const options = { bubbles: true, cancelable: true };
      return kinds.map((kind) => {
        const event =
          kind === 'paste'
            ? new ClipboardEvent(kind, { ...options, clipboardData: held })
            : new DragEvent(kind, { ...options, dataTransfer: held });
        return !document.body.dispatchEvent(event);
      });
    },
    { kinds, plain, data }
  );
}
const DROP = ['dragenter', 'dragover', 'drop'];
const link: Load = {
  data: { 'text/uri-list': 'https://example.org/', 'text/plain': 'https://example.org/' }
};

test('Back and Forward lead to the page, not into another recording', async ({ page }) => {
  await page.addInitScript(() => {
    // The blank page before the first has no microphone to ask for.
    if (!('mediaDevices' in navigator)) return;
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    const counted = { asked: 0 };
    navigator.mediaDevices.getUserMedia = (constraints) => {
      counted.asked++;
      return ask(constraints);
    };
    Object.assign(window, { counted });
  });
  const asked = () =>
    page.evaluate(() => (window as Window & { counted?: { asked: number } }).counted?.asked);
  /** Whatever the page does by itself when it comes up, it has done before it answers this. */
  const quiet = async () => {
    await expect(page.getByRole('button', { name: 'Record', exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Type it' }).click();
    await expect(page.getByLabel('Your message')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('recording')).toHaveCount(0);
    expect(await asked()).toBe(1);
  };

  await page.goto('/');
  await page.getByRole('button', { name: 'Record your first message' }).click();
  const panel = page.getByTestId('recording');
  await expect(panel.getByRole('timer')).toHaveText(/^0:(0[1-9]|[1-5]\d)$/);
  await panel.getByRole('button', { name: 'Discard' }).click();
  await expect(panel).toHaveCount(0);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
  await page.goBack();
  await quiet();
  await page.goBack();
  await expect(page.getByRole('region', { name: 'Welcome' })).toBeVisible();
  await page.goForward();
  await quiet();
});

for (const [name, path, ready] of [
  ['the settings', '/settings', 'Settings'],
  ['the list', '/', /Say it once/]
] as const) {
  test(`a file let go over ${name}: the person is asked where it goes; a link does nothing`, async ({
    page
  }) => {
    await openNotes(page, { targetLanguages: ['en'] });
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(ready);
    const sheet = page.getByRole('dialog');

    expect(await give(page, DROP, link)).toEqual([false, true, true]);
    await expect(sheet).toHaveCount(0);
    const target = page.getByTestId('drop-target');
    expect(await give(page, ['dragenter', 'dragover'], { files: [silence] })).toEqual([true, true]);
    await expect(target).toHaveText('Let go to add it');
    await give(page, ['dragleave'], { files: [silence] });
    await expect(target).toHaveCount(0);

    expect(await give(page, DROP, { files: [silence] })).toEqual([true, true, true]);
    await expect(sheet).toContainText('silence.wav');
    await expect(sheet.getByLabel('Into')).toHaveValue('notes');
    await expectNoViolations(page);
    await sheet.getByRole('button', { name: 'Cancel' }).click();
    await expect(sheet).toHaveCount(0);
    await expect(page).toHaveURL(new RegExp(`${path}$`));

    expect(await give(page, ['paste'], { files: [silence] })).toEqual([true]);
    await sheet.getByRole('button', { name: 'Send' }).click();
    await expect(page).toHaveURL(/\/conversations\/notes$/);
    await expect(page.getByTestId('message')).toHaveCount(1);
    await expect(sheet).toHaveCount(0);
  });
}

test('a file let go over the settings goes into a conversation, as what somebody there said', async ({
  page
}) => {
  await openNotes(page);
  await talkInPorto(page);
  await page.goto('/settings');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
  await give(page, DROP, { files: [silence] });
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Into').selectOption({ label: 'Porto in May' });
  await expect(sheet).toContainText('Once sent, it is spoken in FR.');
  await sheet.getByLabel('Who said it').selectOption({ label: 'Camille' });
  await expect(sheet).toContainText('Once sent, it is spoken in EN.');
  await sheet.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Porto in May');
  await expect(lastMessage(page)).toHaveAttribute('aria-label', /^Voice message, Camille/);
});

test('over a conversation the composer takes it, and a link does nothing', async ({ page }) => {
  await openNotes(page);
  expect(await give(page, DROP, link)).toEqual([false, true, true]);
  const composer = page.getByRole('region', { name: 'New message' });
  await give(page, ['dragenter', 'dragover'], { files: [silence] });
  await expect(composer.getByTestId('drop-target')).toHaveText('Let go to add it');
  await give(page, ['drop'], { files: [silence] });
  await expect(page.getByTestId('drop-target')).toHaveCount(0);
  const sheet = page.getByRole('dialog');
  await expect(sheet).toContainText('silence.wav');
  await expect(sheet.getByLabel('Into')).toHaveCount(0);
  await sheet.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByTestId('message')).toHaveCount(1);
});

test('what was said of one file is not said of the next', async ({ page }) => {
  await openNotes(page);
  await talkInPorto(page);
  const picker = page.locator('input[type=file]');
  const sheet = page.getByRole('dialog');
  await picker.setInputFiles(speech);
  await sheet.getByLabel('Who said it').selectOption({ label: 'Camille' });
  await sheet.getByLabel('Spoken in').selectOption('fr');
  await sheet.getByText('I have its words already').click();
  await sheet.getByRole('textbox').fill('Nous vous avons gardé une place.');
  await sheet.getByRole('button', { name: 'Cancel' }).click();
  await expect(sheet).toHaveCount(0);

  await picker.setInputFiles(silence);
  await expect(sheet).toContainText('silence.wav');
  await expect(sheet.getByLabel('Who said it')).toHaveValue('me');
  await expect(sheet.getByLabel('Spoken in')).toHaveValue('');
  await sheet.getByText('I have its words already').click();
  await expect(sheet.getByRole('textbox')).toHaveValue('');
});

test('of several files one can’t be read: the others are sent once, and it can be sent when it can be read', async ({
  page
}) => {
  await page.addInitScript(() => {
    const read = Blob.prototype.arrayBuffer;
    Blob.prototype.arrayBuffer = function () {
      const isGone = this instanceof File && this.name === 'gone.wav' && !('readable' in window);
      return isGone ? Promise.reject(new DOMException('moved', 'NotReadableError')) : read.call(this);
    };
  });
  await openNotes(page);
  const sheet = page.getByRole('dialog');
  await page.locator('input[type=file]').setInputFiles([{ ...silence, name: 'gone.wav' }, silence]);
  await sheet.getByRole('button', { name: 'Send' }).click();
  await expect(sheet).toContainText('This file is damaged and can’t be read.');
  await expect(page.getByTestId('message')).toHaveCount(1);
  await expect(sheet.getByText('silence.wav')).toHaveCount(0);
  await expect(sheet.getByText('gone.wav')).toBeVisible();

  await page.evaluate(() => Object.assign(window, { readable: true }));
  await sheet.getByRole('button', { name: 'Send' }).click();
  await expect(sheet).toHaveCount(0);
  await expect(page.getByTestId('message')).toHaveCount(2);
});

test('the languages of the notes: one’s own stays chosen, one that no model speaks can be given up', async ({
  page
}) => {
  await openNotes(page, { targetLanguages: ['en', 'fr', 'pl'] });
  const reach = page.getByRole('button', { name: /Everyone hears it in/ });
  const sheet = page.getByRole('dialog');
  const box = (name: string) => sheet.getByRole('checkbox', { name });
  await expect(reach).toHaveText(/in\s*FR PL\s*$/);
  await reach.click();
  await expect(box('English')).toBeChecked();
  await expect(box('Polish')).toBeChecked();
  await expect(box('Japanese')).toBeDisabled();
  await box('Polish').uncheck();
  await expect(box('Polish')).toBeDisabled();
  await box('German').check();
  await sheet.getByRole('button', { name: 'Use these' }).click();
  await expect(reach).toHaveText(/in\s*FR DE\s*$/);
  await reach.click();
  await expect(box('English')).toBeChecked();
});

test('a message is written in the language of the last one', async ({ page }) => {
  await openNotes(page, { targetLanguages: ['en'] });
  const language = page.getByLabel('Written in');
  await page.getByRole('button', { name: 'Type it' }).click();
  await expect(language).toHaveValue('en');
  await language.selectOption('fr');
  await page.getByLabel('Your message').fill('Je serai là demain matin.');
  // What was begun stays as it is.
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Type it' }).click();
  await expect(language).toHaveValue('fr');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByTestId('message')).toHaveCount(1);
  await typeMessage(page, 'À demain.');
  await page.reload();
  await expect(page.getByTestId('message')).toHaveCount(2);
  await page.getByRole('button', { name: 'Type it' }).click();
  await expect(language).toHaveValue('fr');
});

test('shared on a full disk: it is said, and the file waits until its message is stored', async ({
  page
}) => {
  await page.goto('/share');
  await page.evaluate(
    async (bytes) => {
      const cache = await caches.open('timbre-shared');
      const headers = { 'Content-Type': 'audio/wav', 'X-File-Name': 'quiet.wav' };
      await cache.put('/__shared/1-0', new Response(Uint8Array.from(bytes), { headers }));
    },
    [...silence.buffer]
  );
  await page.reload();
  await expect(page.getByText('quiet.wav')).toBeVisible();
  await expect(page.getByLabel('Into')).toHaveValue('notes');
  // The browser remembers how much room there was at the first write: none may come before.
  const client = await page.context().newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await client.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1024 });
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page).toHaveURL(/\/conversations\/notes$/);
  await expect(page.getByTestId('notices')).toContainText('this message is only in this tab');
  await expect(page.getByTestId('storage-full').first()).toBeVisible();
  await expect(lastMessage(page)).toBeVisible();
  // The tab goes, and the message with it: the file doesn't.
  await page.goto('/share');
  await expect(page.getByText('quiet.wav')).toBeVisible();
});

test('code that can’t be fetched is said, and a reload helps', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Record your first message' })).toBeVisible();
  await page.route('**/_app/immutable/**', (route) => route.abort());
  await page.getByRole('button', { name: 'New conversation' }).click();
  await expect(page.getByRole('heading', { name: 'Something went wrong' })).toBeVisible();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.unroute('**/_app/immutable/**');
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(page.getByRole('button', { name: 'Record your first message' })).toBeVisible();
});
