/**
 * The model library as a person uses it, against a local hub with the public hub's layout. The hub lies below the
 * app's own address, as a mirror may: so the app is tested as it ships, with its policy, and nothing leaves this
 * machine. The models are tiny and their weights random: which model did the work is asked, never what it said.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import type { Locator, Page } from '@playwright/test';
import { downloadZip } from 'client-zip';
import { startHub, testFile, type TestFile, type TestHub } from '../workers/library/hub.testing';
import { expectAccessible, expectNoViolations } from './accessible';
import { expect, test as base } from './harness';
import { HAS_STARTER_MODELS, openNotes, rowsOf, sendFile, setSettings, settled, SPEECH } from './messages';

const TINY = 'onnx-community/whisper-tiny_timestamped';
const NLLB = 'Xenova/nllb-200-distilled-600M';
const DECODER = 'onnx/decoder_model_merged_q4.onnx';
const ENCODER = 'onnx/encoder_model_q4.onnx';

/** A contract model's files, its weights under the names that the catalogue has for them. */
function contract(folder: string, weights: Record<string, string>): TestFile[] {
  const at = join('tests/fixtures/models', folder);
  const small = readdirSync(at).filter((name) => /\.(json|txt)$/.test(name));
  const read = (path: string) => new Uint8Array(readFileSync(join(at, path)));
  return [
    ...small.map((path) => ({ path, bytes: read(path), lfs: false })),
    ...Object.entries(weights).map(([from, to]) => ({
      path: to,
      bytes: read(`onnx/${from}.onnx`),
      lfs: true
    }))
  ];
}
const whisper = () =>
  contract('whisper-timestamps', { encoder_model: ENCODER, decoder_model_merged: DECODER });
const nllb = () =>
  contract('nllb', {
    encoder_model_quantized: 'onnx/encoder_model_quantized.onnx',
    decoder_model_merged_quantized: 'onnx/decoder_model_merged_quantized.onnx'
  });

/** The app's server with the hub below `/hub/`. */
const test = base.extend<{ hub: TestHub }>({
  hub: async ({ browserName: _ }, use) => {
    const hub = await startHub();
    hub.push(TINY, whisper());
    hub.push(NLLB, nllb());
    await use(hub);
    await hub.close();
  },
  baseURL: async ({ baseURL, hub }, use) => {
    const server = createServer((request, response) => {
      const path = request.url ?? '/';
      const target = path.startsWith('/hub/')
        ? new URL(path.slice('/hub'.length), hub.baseUrl)
        : new URL(path, baseURL);
      const headers = { ...request.headers, host: target.host };
      const passed = ask(target, { method: request.method ?? 'GET', headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        // What breaks off there breaks off here.
        pipeline(answer, response, (error) => error && response.destroy());
      });
      passed.on('error', () => response.destroy());
      response.on('close', () => passed.destroy());
      request.pipe(passed);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.closeAllConnections();
    server.close();
  }
});

test.use({ serviceWorkers: 'block' });

const row = (page: Page, id = 'whisper-tiny'): Locator => page.locator(`[data-model="${id}"]`);
const fileRequests = (hub: TestHub, path: string) =>
  hub.asked.filter((asked) => asked.kind === 'file' && asked.path === path);

async function seeModels(page: Page): Promise<void> {
  await page.goto('/models');
  await expect(page.getByTestId('device')).toBeVisible();
}

/** The page, with the local hub as its source. */
async function openModels(page: Page, settings: Record<string, unknown> = {}): Promise<void> {
  await seeModels(page);
  await setSettings(page, { modelHub: new URL('/hub/', page.url()).href, ...settings });
  await page.reload();
  await expect(page.getByTestId('device')).toBeVisible();
}

async function download(page: Page, name = 'Whisper tiny', id = 'whisper-tiny'): Promise<void> {
  await page.getByRole('button', { name: `Download ${name}` }).click();
  await expect(row(page, id)).toHaveAttribute('data-state', 'installed', { timeout: 30_000 });
}

/** Which model wrote down the newest message. */
async function transcribedBy(page: Page): Promise<string | undefined> {
  const messages = (await rowsOf(page, 'messages')) as {
    createdAt: number;
    transcription: { model: string } | null;
  }[];
  return messages.sort((a, b) => b.createdAt - a.createdAt)[0]?.transcription?.model;
}

test('nothing is asked of anybody before a person downloads, and every host is shown', async ({
  page,
  hub
}) => {
  await seeModels(page);
  await expect(page.getByTestId('empty')).toBeVisible();
  await expect(page.getByTestId('device')).toHaveAttribute('data-gpu', 'none');
  await expect(row(page, 'starter-recognition')).toHaveAttribute('data-in-use', 'true');
  const hosts = page.getByTestId('hosts').getByRole('listitem');
  await expect(hosts).toContainText([new URL(page.url()).host, 'https://huggingface.co', 'https://*.hf.co']);

  const address = page.getByLabel('Address of the hub, or of a mirror');
  await expect(address).toHaveValue('https://huggingface.co/');
  const use = page.getByRole('button', { name: 'Use this address' });
  for (const [typed, said] of [
    ['somewhere', 'This is no address of a mirror'],
    ['http://mirror.example/', 'Only an address with https://'],
    ['https://mirror.example/', 'This app may not ask that host']
  ] as const) {
    await address.fill(typed);
    await use.click();
    await expect(page.locator('#hub-problem')).toContainText(said);
    await expect(address).toHaveAttribute('aria-invalid', 'true');
  }
  await address.fill('/hub');
  await use.click();
  await expect(address).toHaveValue(new URL('/hub/', page.url()).href);
  // There once the choice is stored.
  await expect(page.getByRole('button', { name: 'Back to the public hub' })).toBeVisible();
  await page.reload();
  await expect(address).toHaveValue(new URL('/hub/', page.url()).href);
  await page.getByRole('button', { name: 'Back to the public hub' }).click();
  await expect(address).toHaveValue('https://huggingface.co/');
  expect(hub.asked).toEqual([]);
});

test('the policy names the hub’s hosts and no others; the hub is asked when a download is', async ({
  page,
  pageFaults
}) => {
  // Stands in for the public hub: nothing leaves this machine.
  await page
    .context()
    .route('https://huggingface.co/**', (route) =>
      route.fulfill({ status: 404, headers: { 'Access-Control-Allow-Origin': '*' } })
    );
  const answer = await page.goto('/models');
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(/connect-src ([^;]*)/.exec(policy)?.[1]?.trim()).toBe(
    "'self' blob: data: https://huggingface.co https://*.hf.co"
  );
  await expect(page.getByTestId('device')).toBeVisible();
  expect(pageFaults).toEqual([]);
  await page.getByRole('button', { name: 'Download Whisper tiny' }).click();
  await expect.poll(() => pageFaults.length).toBeGreaterThan(0);
  await page.close();
  const hub = 'request to another origin: https://huggingface.co/api/models/';
  expect(pageFaults.filter((fault) => !fault.startsWith(hub + TINY))).toEqual([]);
  // Provoked on purpose.
  pageFaults.length = 0;
});

test('a download is paused, outlives reloads, is used for a message, and is deleted', async ({
  page,
  hub
}) => {
  // Some of it comes, and then nothing more.
  const comes = 60_000;
  hub.faults = ({ path }) => (path === DECODER ? { kind: 'stall', afterBytes: comes } : undefined);
  const bytes = (files: TestFile[]) => files.reduce((sum, file) => sum + file.bytes.length, 0);
  const missing = bytes(whisper().filter(({ path }) => path === DECODER)) - comes;
  const stalledAt = Math.floor(100 * (1 - missing / bytes(whisper())));
  await openModels(page, { targetLanguages: ['en'] });
  await page.getByRole('button', { name: 'Download Whisper tiny' }).click();
  const bar = row(page).getByRole('progressbar');
  const percent = async () => Number(await bar.getAttribute('aria-valuenow'));
  await expect(row(page)).toHaveAttribute('data-state', 'fetch');
  await expect.poll(percent).toBeGreaterThanOrEqual(stalledAt);
  expect(fileRequests(hub, DECODER)).toHaveLength(1);
  await page.getByRole('button', { name: 'Pause Whisper tiny' }).click();
  await expect(row(page)).toHaveAttribute('data-state', 'paused');
  await expect(row(page)).toContainText('Paused');

  // What a person paused stays so.
  const before = hub.asked.length;
  await page.reload();
  await expect(row(page)).toHaveAttribute('data-state', 'paused');
  await expect.poll(percent).toBeGreaterThan(0);
  expect(hub.asked).toHaveLength(before);
  await page.getByRole('button', { name: 'Resume Whisper tiny' }).click();
  await expect.poll(() => fileRequests(hub, DECODER).length).toBe(2);
  await expect(row(page)).toHaveAttribute('data-state', 'fetch');

  // A reload in the middle goes on by itself, from where it was.
  hub.faults = () => undefined;
  await page.reload();
  await expect(row(page)).toHaveAttribute('data-state', 'installed', { timeout: 30_000 });
  expect(fileRequests(hub, DECODER).at(-1)?.headers.range).toMatch(/^bytes=[1-9]\d+-$/);
  await expect(row(page)).toHaveAttribute('data-in-use', 'true');
  await expect(row(page, 'starter-recognition')).toHaveAttribute('data-in-use', 'false');

  await page.goto('/conversations/notes');
  await sendFile(page, SPEECH);
  await settled(page);
  expect(await transcribedBy(page)).toBe(`hub/${TINY}`);

  await seeModels(page);
  await page.getByRole('button', { name: 'Delete Whisper tiny' }).click();
  const question = page.getByRole('dialog');
  await expect(question).toContainText('Delete Whisper tiny?');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(row(page)).toHaveAttribute('data-state', 'installed');
  await page.getByRole('button', { name: 'Delete Whisper tiny' }).click();
  await question.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(row(page)).toHaveAttribute('data-state', 'absent');
  await expect(row(page, 'starter-recognition')).toHaveAttribute('data-in-use', 'true');
});

test('a choice is kept, and left to the app again', async ({ page, hub: _ }) => {
  await openModels(page);
  await download(page);
  await expect(row(page)).toHaveAttribute('data-in-use', 'true');
  await row(page, 'starter-recognition').getByRole('button', { name: 'Use this' }).click();
  await expect(row(page, 'starter-recognition')).toHaveAttribute('data-in-use', 'true');
  await page.reload();
  await expect(row(page)).toHaveAttribute('data-in-use', 'false');
  await page.getByRole('button', { name: 'Choose the best by itself Transcribe' }).click();
  await expect(row(page)).toHaveAttribute('data-in-use', 'true');
});

test('a damaged file is found and fetched again', async ({ page, hub }) => {
  const commit = hub.push(TINY, whisper());
  await openModels(page);
  await download(page);
  await page.evaluate(
    async (parts) => {
      let folder = await navigator.storage.getDirectory();
      const name = parts.at(-1) ?? '';
      for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part);
      const file = await folder.getFileHandle(name);
      const writable = await file.createWritable({ keepExistingData: true });
      await writable.write({ type: 'write', position: 200, data: new Uint8Array(64).fill(255) });
      await writable.close();
    },
    ['timbre-library', 'models', ...TINY.split('/'), commit, ...ENCODER.split('/')]
  );
  expect(fileRequests(hub, ENCODER)).toHaveLength(1);
  await page.getByRole('button', { name: 'Check its files Whisper tiny' }).click();
  await expect(page.getByText('A file of Whisper tiny was damaged').first()).toBeVisible();
  await expect(row(page)).toHaveAttribute('data-state', 'installed');
  expect(fileRequests(hub, ENCODER)).toHaveLength(2);
  expect(fileRequests(hub, DECODER)).toHaveLength(1);
  await page.getByRole('button', { name: 'Check its files Whisper tiny' }).click();
  await expect(page.getByText('Every byte of Whisper tiny is as it should be').first()).toBeVisible();
});

test('wrong bytes at the source are said, and not kept', async ({ page, hub }) => {
  hub.faults = ({ path }) => (path === ENCODER ? { kind: 'wrong-byte', at: 1000 } : undefined);
  await openModels(page);
  await page.getByRole('button', { name: 'Download Whisper tiny' }).click();
  await expect(row(page)).toHaveAttribute('data-state', 'failed', { timeout: 30_000 });
  await expect(row(page).getByRole('alert')).toContainText('isn’t what its source promised');
  hub.faults = () => undefined;
  await page.getByRole('button', { name: 'Try again Whisper tiny' }).click();
  await expect(row(page)).toHaveAttribute('data-state', 'installed', { timeout: 30_000 });
});

test('a full disk is said, and the download goes on when there is room', async ({ page, hub: _ }) => {
  await openModels(page);
  const client = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await client.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1024 });
  await page.getByRole('button', { name: 'Download Whisper tiny' }).click();
  await expect(row(page)).toHaveAttribute('data-state', 'failed', { timeout: 30_000 });
  await expect(row(page).getByRole('alert')).toContainText('There is no room for this model');
  await client.send('Storage.overrideQuotaForOrigin', { origin });
  await page.getByRole('button', { name: 'Try again Whisper tiny' }).click();
  await expect(row(page)).toHaveAttribute('data-state', 'installed', { timeout: 30_000 });
});

test('a licence against commercial use is accepted before anything is asked, and never chosen unasked', async ({
  page,
  hub
}) => {
  await openModels(page);
  const name = 'NLLB 200 distilled 600M';
  const id = 'nllb-200-distilled-600m';
  await page.getByRole('button', { name: `Download ${name}` }).click();
  const question = page.getByRole('dialog');
  await expect(question).toContainText('CC-BY-NC-4.0');
  await expectNoViolations(page);
  await page.keyboard.press('Escape');
  await expect(question).toHaveCount(0);
  expect(hub.asked).toEqual([]);
  await page.getByRole('button', { name: `Download ${name}` }).click();
  await question.getByRole('button', { name: 'Accept and download' }).click();
  await expect(row(page, id)).toHaveAttribute('data-state', 'installed', { timeout: 30_000 });
  await expect(row(page, id)).toHaveAttribute('data-in-use', 'false');
  await page.getByRole('button', { name: `Use this ${name}` }).click();
  await expect(row(page, id)).toHaveAttribute('data-in-use', 'true');
});

test('an update is shown, and taken when it is asked for', async ({ page, hub }) => {
  await openModels(page);
  await download(page);
  hub.push(
    TINY,
    whisper().map((file) =>
      file.path === 'generation_config.json' ? { ...file, bytes: new Uint8Array([...file.bytes, 10]) } : file
    )
  );
  const files = () => hub.asked.filter(({ kind }) => kind === 'file').map(({ path }) => path);
  const before = files().length;
  await page.getByRole('button', { name: 'Look for an update Whisper tiny' }).click();
  await expect(row(page)).toContainText('A newer version waits');
  expect(files()).toHaveLength(before);
  await page.getByRole('button', { name: 'Take the update Whisper tiny' }).click();
  // Only what changed.
  await expect.poll(() => files().slice(before)).toEqual(['generation_config.json']);
  await expect(row(page)).toHaveAttribute('data-state', 'installed');
  await expect(row(page)).not.toContainText('A newer version waits');
});

test('a model that can’t be started gives way to the starter model, and the page says so', async ({
  page,
  hub
}) => {
  test.skip(!HAS_STARTER_MODELS, 'there is no starter model to fall back to');
  hub.push(
    TINY,
    whisper().map((file) => (file.path === ENCODER ? testFile(ENCODER, 20_000) : file))
  );
  await openModels(page, { targetLanguages: ['en'] });
  await download(page);
  await openNotes(page);
  await sendFile(page, SPEECH);
  await settled(page);
  expect(await transcribedBy(page)).toBe('starter/whisper');
  await expect(page.getByText('Whisper tiny didn’t work on this device').first()).toBeVisible();
  await seeModels(page);
  await expect(row(page)).toContainText('It didn’t work on this device');
  await expect(row(page, 'starter-recognition')).toHaveAttribute('data-in-use', 'true');
  await page.getByRole('button', { name: 'Give it another try Whisper tiny' }).click();
  await expect(row(page)).toHaveAttribute('data-in-use', 'true');
});

test('with models in every state: accessible in both themes; at each width nothing is cut off, every button can be hit', async ({
  page,
  hub
}) => {
  await openModels(page);
  await download(page);
  hub.faults = ({ repo, path }) =>
    repo === NLLB && path.endsWith('.onnx') ? { kind: 'stall', afterBytes: 10_000 } : undefined;
  await page.getByRole('button', { name: 'Download NLLB 200 distilled 600M' }).click();
  await page.getByRole('button', { name: 'Accept and download' }).click();
  await expect(row(page, 'nllb-200-distilled-600m')).toHaveAttribute('data-state', 'fetch');
  for (const summary of await page.locator('summary').all()) await summary.click();
  await expect(row(page, 'opus-mt-en-fr')).toBeVisible();

  await expectAccessible(page);
  for (const [width, height] of [
    [320, 640],
    [390, 844],
    [1280, 800]
  ] as const) {
    await page.setViewportSize({ width, height });
    const cut = await page.evaluate(() => ({
      sideways: document.documentElement.scrollWidth - innerWidth,
      small: [...document.querySelectorAll('main button')]
        .filter((button) => button.getClientRects().length > 0 && button.getBoundingClientRect().height < 44)
        .map((button) => button.textContent)
    }));
    expect(cut.sideways, `at ${width} px`).toBeLessThanOrEqual(0);
    expect(cut.small, `at ${width} px`).toEqual([]);
  }
});

/** A folder on disk with the files as on the hub. */
function folderOf(files: TestFile[], folder: string): string {
  for (const { path, bytes } of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  return folder;
}

/** An archive as the app saves one. */
async function saved(files: TestFile[], id: string, repo: string): Promise<Buffer> {
  const commit = 'a'.repeat(40);
  const manifest = {
    ...{ id, repo, revision: 'main', commit, dtype: 'q8', origin: 'hub', installedAt: 0 },
    wanted: files.map(({ path }) => ({ path })),
    files: files.map(({ path, bytes }) => ({
      ...{ path, saveAs: path, size: bytes.length, commit },
      hash: { kind: 'sha256', hex: createHash('sha256').update(bytes).digest('hex') }
    }))
  };
  const zip = downloadZip([
    { name: 'copy/timbre-model.json', input: JSON.stringify(manifest) },
    ...files.map(({ path, bytes }) => ({ name: `copy/${path}`, input: bytes }))
  ]);
  return Buffer.from(await zip.arrayBuffer());
}

test('a folder from the disk is added without a network, used for a message, and no half of one', async ({
  page,
  hub
}, info) => {
  await openModels(page, { targetLanguages: ['en'] });
  const input = page.getByTestId('from-disk').locator('input[webkitdirectory]');
  const half = whisper().filter(({ path }) => path !== DECODER);
  await input.setInputFiles(folderOf(half, info.outputPath('half/whisper-tiny_timestamped')));
  await expect(page.getByText('Not all files of this model are there').first()).toBeVisible();
  await expect(row(page)).toHaveAttribute('data-state', 'absent');
  await input.setInputFiles(folderOf(half.slice(0, 1), info.outputPath('something else')));
  await expect(page.getByText('No model that Timbre knows was found in it').first()).toBeVisible();

  await input.setInputFiles(folderOf(whisper(), info.outputPath('whole/whisper-tiny_timestamped')));
  await expect(page.getByText('Whisper tiny is here and can be used').first()).toBeVisible({
    timeout: 30_000
  });
  await expect(row(page)).toHaveAttribute('data-state', 'installed');
  await expect(row(page)).toHaveAttribute('data-in-use', 'true');
  await expect(page.getByTestId('from-disk').getByRole('progressbar')).toHaveCount(0);
  expect(hub.asked).toEqual([]);

  await page.goto('/conversations/notes');
  await sendFile(page, SPEECH);
  await settled(page);
  expect(await transcribedBy(page)).toBe(`hub/${TINY}`);
});

test('a licence against commercial use is accepted before files of the disk are stored', async ({
  page,
  hub
}, info) => {
  await openModels(page);
  const id = 'nllb-200-distilled-600m';
  const both = info.outputPath('both');
  folderOf(nllb(), join(both, 'nllb-200-distilled-600M'));
  folderOf(whisper(), join(both, 'whisper-tiny_timestamped'));
  const input = page.getByTestId('from-disk').locator('input[webkitdirectory]');
  const question = page.getByRole('dialog');
  const kept = () =>
    page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const library = await root.getDirectoryHandle('timbre-library').catch(() => undefined);
      const files = async (folder: FileSystemDirectoryHandle): Promise<string[]> => {
        const all: string[] = [];
        for await (const entry of folder.values())
          all.push(...(entry.kind === 'directory' ? await files(entry) : [entry.name]));
        return all;
      };
      return library ? files(library) : [];
    });

  // Nothing of it is stored before the answer, nor after a refusal.
  await input.setInputFiles(join(both, 'nllb-200-distilled-600M'));
  await expect(question).toContainText('CC-BY-NC-4.0');
  await expectAccessible(page);
  expect(await kept()).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(question).toHaveCount(0);
  await expect(page.getByText('Nothing of it was stored').first()).toBeVisible();
  await expect(row(page, id)).toHaveAttribute('data-state', 'absent');
  expect(await kept()).toEqual([]);

  // What needs no answer is added all the same.
  await input.setInputFiles(both);
  await expect(question).toContainText('What else was found is added');
  await question.getByRole('button', { name: 'Don’t add' }).click();
  await expect(row(page)).toHaveAttribute('data-state', 'installed', { timeout: 30_000 });
  await expect(row(page, id)).toHaveAttribute('data-state', 'absent');

  await input.setInputFiles(join(both, 'nllb-200-distilled-600M'));
  await question.getByRole('button', { name: 'Accept and add' }).click();
  await expect(row(page, id)).toHaveAttribute('data-state', 'installed', { timeout: 30_000 });
  await expect(row(page, id)).toHaveAttribute('data-in-use', 'false');

  // An archive says by itself which model it is, and is asked about as well.
  await page.getByRole('button', { name: 'Delete NLLB 200 distilled 600M' }).click();
  await question.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(row(page, id)).toHaveAttribute('data-state', 'absent');
  const archive = { name: 'copy.zip', mimeType: 'application/zip', buffer: await saved(nllb(), id, NLLB) };
  const picker = page.getByTestId('from-disk').locator('input[accept]');
  await picker.setInputFiles(archive);
  await expect(question).toContainText('CC-BY-NC-4.0');
  await question.locator('header').getByRole('button').click();
  await expect(page.getByTestId('from-disk').getByRole('progressbar')).toHaveCount(0);
  await expect(row(page, id)).toHaveAttribute('data-state', 'absent');
  await picker.setInputFiles(archive);
  await question.getByRole('button', { name: 'Accept and add' }).click();
  await expect(row(page, id)).toHaveAttribute('data-state', 'installed', { timeout: 30_000 });
  expect(hub.asked).toEqual([]);
});

test('by the keyboard alone: download, pause, resume', async ({ page, hub }) => {
  hub.faults = ({ path }) => (path === DECODER ? { kind: 'stall', afterBytes: 60_000 } : undefined);
  await openModels(page);
  await page.getByRole('button', { name: 'Download Whisper tiny' }).focus();
  await page.keyboard.press('Enter');
  await expect(row(page)).toHaveAttribute('data-state', 'fetch');
  await page.getByRole('button', { name: 'Pause Whisper tiny' }).focus();
  await page.keyboard.press('Enter');
  await expect(row(page)).toHaveAttribute('data-state', 'paused');
  hub.faults = () => undefined;
  // The same button, with another word.
  await expect(page.getByRole('button', { name: 'Resume Whisper tiny' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(row(page)).toHaveAttribute('data-state', 'installed', { timeout: 30_000 });
});

test.describe('through the service worker', () => {
  test.use({ serviceWorkers: 'allow' });
  test('a download comes whole', async ({ page, hub }) => {
    await openModels(page);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await download(page);
    expect(fileRequests(hub, DECODER)).toHaveLength(1);
  });
});
