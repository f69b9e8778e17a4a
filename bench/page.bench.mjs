/**
 * The app's own pages with its own models: a message dropped into them, until it is ready. What it costs the tab, how
 * long the page could not answer, and how soon Cancel shows.
 */
import { watchMemory } from './lib/memory.mjs';
import { makeMessage, TEXT } from './lib/message.mjs';
import { megabytes, round } from './lib/numbers.mjs';
import { serveHarness } from './lib/serve-harness.mjs';

/** As long as somebody takes to look at what is asked about a file. */
const LOOKING_MS = 6000;
/** Messages of a conversation that has gone on for some weeks. */
const MANY = 100;

export async function measure({ browser, baseURL }) {
  const { short, long } = await makeMessages(browser);
  const readyMs = await sendLater(browser, baseURL, short);
  const context = await browser.newContext({ serviceWorkers: 'block', locale: 'en-GB' });
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.longTasks = [];
    const note = (list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration));
    new PerformanceObserver(note).observe({ type: 'longtask', buffered: true });
  });
  const stopWatching = await watchMemory(browser);
  await page.goto(`${baseURL}/conversations/notes`);
  const messages = page.getByTestId('message');
  const job = page.getByTestId('job');

  const times = [];
  for (const count of [1, 2]) {
    const start = performance.now();
    await give(page, short);
    await messages.nth(count - 1).waitFor({ timeout: 60_000 });
    await job.waitFor({ state: 'detached', timeout: 300_000 });
    times.push(performance.now() - start);
  }
  const problems = await page.getByTestId('problem').count();
  const memory = await stopWatching();
  const longTasks = await page.evaluate(() => window.longTasks);

  await give(page, long);
  await job.waitFor();
  const cancelMs = await job.getByRole('button', { name: 'Cancel' }).evaluate(
    (button) =>
      new Promise((resolve) => {
        const start = performance.now();
        new MutationObserver(() => {
          if (!document.querySelector('[data-testid=job]')) resolve(performance.now() - start);
        }).observe(document.body, { childList: true, subtree: true });
        button.click();
      })
  );
  const long100 = await inLongConversation(page, short);
  await context.close();

  const longest = Math.max(0, ...longTasks);
  return [
    {
      what: 'a message dropped into the app, first',
      value: round(times[0]),
      unit: 'ms',
      note: `into every language that the app starts with; ${problems} problems shown`
    },
    { what: 'the same, second', value: round(times[1]), unit: 'ms' },
    {
      what: 'the first, sent after 6 s with its sheet',
      value: round(readyMs),
      unit: 'ms',
      note: 'from Send on: meanwhile the models were made ready'
    },
    {
      what: `a message more in a conversation of ${MANY}`,
      value: round(long100.ms),
      unit: 'ms',
      note: `the page could not answer for ${round(long100.longest)} ms at once, and for ${round(long100.loadingMs)} when it was loaded`
    },
    memory
      ? {
          what: 'peak memory of the app’s tab',
          value: megabytes(memory.own),
          unit: 'MB',
          budget: '≤ 600',
          ok: memory.own <= 600e6,
          note: `${megabytes(memory.resident)} MB resident, the browser’s own program included`
        }
      : { what: 'peak memory of the app’s tab', value: 'not measured here' },
    {
      what: 'longest block of the app’s page',
      value: round(longest),
      unit: 'ms',
      budget: '≤ 50',
      ok: longest <= 50,
      note: `${longTasks.length} blocks above 50 ms, loading the page included`
    },
    { what: 'Cancel shows', value: round(cancelMs), unit: 'ms', budget: '≤ 100', ok: cancelMs <= 100 }
  ];
}

/** A message more where there are many, all like the last one. @returns its time, and the longest blocks then and before. */
async function inLongConversation(page, message) {
  await page.evaluate(async (many) => {
    const answer = (request) =>
      new Promise((done, failed) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
    const db = await answer(indexedDB.open('timbre'));
    const tables = ['messages', 'versions', 'jobs'];
    const transaction = db.transaction(tables, 'readwrite');
    const [messages, versions, jobs] = tables.map((table) => transaction.objectStore(table));
    const ready = (await answer(messages.getAll())).filter(({ status }) => status === 'ready');
    const model = ready.sort((a, b) => b.createdAt - a.createdAt)[0];
    const [job, own] = [
      await answer(jobs.get(model.id)),
      await answer(versions.index('messageId').getAll(model.id))
    ];
    for (let i = ready.length; i < many; i++) {
      const id = `copy-${i}`;
      messages.put({ ...model, id, createdAt: model.createdAt - 1000 * i });
      jobs.put({ ...job, id });
      for (const version of own) versions.put({ ...version, id: `${id}:${version.language}`, messageId: id });
    }
    await new Promise((done) => (transaction.oncomplete = done));
    db.close();
  }, MANY);
  await page.reload();
  await page.getByTestId('message').first().waitFor();
  const job = page.getByTestId('job');
  let run;
  // The first one loads the models.
  for (let turn = 0; turn < 2; turn++) {
    const before = await page.evaluate(() => window.longTasks.splice(0));
    const start = performance.now();
    await give(page, message);
    await job.waitFor();
    await job.waitFor({ state: 'detached', timeout: 300_000 });
    const ms = performance.now() - start;
    const during = await page.evaluate(() => [...window.longTasks]);
    run = { ms, longest: Math.max(0, ...during), loadingMs: run?.loadingMs ?? Math.max(0, ...before) };
  }
  return run;
}

/** A first message of which the person looks at the sheet for a while. @returns the time from Send on. */
async function sendLater(browser, baseURL, message) {
  const context = await browser.newContext({ serviceWorkers: 'block', locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`${baseURL}/conversations/notes`);
  await choose(page, message);
  await page.getByRole('dialog').waitFor();
  await page.waitForTimeout(LOOKING_MS);
  const start = performance.now();
  await send(page);
  await page.locator('[data-testid=message][data-status=ready]').waitFor({ timeout: 300_000 });
  const ms = performance.now() - start;
  await context.close();
  return ms;
}

async function makeMessages(browser) {
  const server = await serveHarness();
  try {
    const short = await makeMessage(browser, server);
    const long = await makeMessage(browser, server, Array.from({ length: 12 }, () => TEXT).join(' '));
    return { short, long };
  } finally {
    server.close();
  }
}

async function give(page, message) {
  await choose(page, message);
  await send(page);
}

async function choose(page, { base64 }) {
  const file = { name: 'message.wav', mimeType: 'audio/wav', buffer: Buffer.from(base64, 'base64') };
  await page.locator('input[type=file]').first().setInputFiles(file);
}

const send = (page) => page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
