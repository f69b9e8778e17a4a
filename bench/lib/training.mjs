/**
 * A voice model of thirty recordings, trained on the app's own page: the studio's phrases, read out by the base voice
 * and put in as files. From Train to the version that is saved, and how long the page could not answer meanwhile.
 */
import { open } from './message.mjs';
import { round } from './numbers.mjs';

const COUNT = 30;
const BUDGET_MS = 20_000;
const BLOCK_MS = 50;
/** The recordings are judged one after another before any training. */
const JUDGED_WITHIN_MS = 600_000;

/** @param {import('playwright-core').Browser} browser */
export async function measureTraining(browser, server, baseURL) {
  const files = await makeRecordings(browser, server);
  const context = await browser.newContext({ serviceWorkers: 'block', locale: 'en-GB' });
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.longTasks = [];
    const note = (list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration));
    new PerformanceObserver(note).observe({ type: 'longtask', buffered: true });
  });
  try {
    await page.goto(`${baseURL}/voice`);
    await page.getByTestId('voice-samples').locator('input[type=file]').setInputFiles(files);
    const since = performance.now();
    await judged(page);
    const judging = performance.now() - since;
    const known = await train(page, 1);

    await forgetVoiceprints(page);
    await page.reload();
    const anew = await train(page, 2);
    const { audioCount, totalDurationMs } = (await rowsOf(page, 'voiceModels')).at(-1) ?? {};
    return [
      {
        what: `training of ${COUNT} recordings`,
        value: round(known.ms),
        unit: 'ms',
        budget: '≤ 20 s',
        ok: known.ms <= BUDGET_MS,
        note: `${audioCount} of them count, ${round(totalDurationMs / 1000)} s; each was listened to when it came in, ${round(judging / COUNT)} ms each`
      },
      {
        what: 'the same on a fresh page, each listened to anew',
        value: round(anew.ms),
        unit: 'ms',
        budget: '≤ 20 s',
        ok: anew.ms <= BUDGET_MS
      },
      {
        what: 'longest block of the page while it trains',
        value: round(Math.max(known.longest, anew.longest)),
        unit: 'ms',
        budget: '≤ 50',
        ok: Math.max(known.longest, anew.longest) <= BLOCK_MS,
        note: `${known.blocks + anew.blocks} blocks above 50 ms in both trainings`
      }
    ];
  } finally {
    await context.close();
  }
}

async function makeRecordings(browser, server) {
  const { page, close } = await open(browser, server);
  try {
    const read = [];
    // No language has thirty.
    for (const language of ['en', 'fr']) {
      const texts = await page.evaluate((language) => window.bench.phrases(language), language);
      read.push(...texts.map((text) => ({ text, language })));
    }
    if (read.length < COUNT) throw new Error(`there are ${read.length} phrases only`);
    const files = [];
    for (const [index, phrase] of read.slice(0, COUNT).entries()) {
      const { base64 } = await page.evaluate(
        ({ text, language }) => window.bench.speak(text, language),
        phrase
      );
      const name = `phrase-${index + 1}.wav`;
      files.push({ name, mimeType: 'audio/wav', buffer: Buffer.from(base64, 'base64') });
    }
    return files;
  } finally {
    await close();
  }
}

async function judged(page) {
  const deadline = performance.now() + JUDGED_WITHIN_MS;
  while (performance.now() < deadline) {
    const samples = await rowsOf(page, 'samples');
    const failed = samples.find(({ status }) => status === 'failed');
    if (failed) throw new Error(`a recording failed: ${failed.error?.code}`);
    if (samples.length === COUNT && samples.every(({ status }) => status === 'completed')) return;
    await new Promise((later) => setTimeout(later, 500));
  }
  throw new Error('the recordings were not judged in time');
}

/** @returns the time from the press to the saved version, and the blocks of the page in it, in milliseconds */
async function train(page, version) {
  const panel = page.getByTestId('training');
  const button = panel.getByRole('button', { name: `Train version ${version}` });
  await button.waitFor();
  // What loading the page cost is another figure.
  await page.evaluate(() => void (window.longTasks.length = 0));
  const start = performance.now();
  await button.click();
  await page.locator(`[data-testid=voice-model][data-version="${version}"]`).waitFor({ timeout: 120_000 });
  const ms = performance.now() - start;
  const blocks = await page.evaluate(() => window.longTasks);
  return { ms, blocks: blocks.length, longest: Math.max(0, ...blocks) };
}

function rowsOf(page, table) {
  return page.evaluate(
    (table) =>
      new Promise((done, failed) => {
        const request = indexedDB.open('timbre');
        request.onerror = () => failed(request.error);
        request.onsuccess = () => {
          const rows = request.result.transaction(table).objectStore(table).getAll();
          rows.onerror = () => failed(rows.error);
          rows.onsuccess = () => {
            request.result.close();
            done(rows.result);
          };
        };
      }),
    table
  );
}

/** Recordings as if nobody had listened to them yet, so that a training has to. */
function forgetVoiceprints(page) {
  return page.evaluate(
    () =>
      new Promise((done, failed) => {
        const request = indexedDB.open('timbre');
        request.onerror = () => failed(request.error);
        request.onsuccess = () => {
          const transaction = request.result.transaction('samples', 'readwrite');
          const table = transaction.objectStore('samples');
          const rows = table.getAll();
          rows.onsuccess = () => {
            for (const row of rows.result) table.put({ ...row, embedding: null });
          };
          transaction.onerror = () => failed(transaction.error);
          transaction.oncomplete = () => {
            request.result.close();
            done();
          };
        };
      })
  );
}
