/**
 * What the frame costs a host: the same small call through SDK and frame from a page on another site, and directly on
 * the app's own engines in a page of their own, in turns; and how long 50 MB of sound take there and back.
 */
import { chromium } from 'playwright-core';
import { withoutFeatures } from '../scripts/lib/chromium.mjs';
import { serveExample } from '../scripts/lib/example-host.mjs';
import { FROM, open } from './lib/message.mjs';
import { median, round } from './lib/numbers.mjs';
import { serveHarness } from './lib/serve-harness.mjs';

const TEXT = 'Good night and see you tomorrow.';
const TO = ['fr'];
const ROUNDS = 25;
const WARM_UP = 3;
const BUDGET_MS = 20;
/** One byte more than a call takes: the answer, an error, comes without any work on it. */
const BYTES = 50 * 1024 * 1024 + 1;

export async function measure({ executablePath, baseURL }) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', withoutFeatures()] });
  const harness = await serveHarness();
  // Isolated, so that both sides have the same threads.
  const host = await serveExample({ app: baseURL, port: 0, isolated: true });
  try {
    const direct = await open(browser, harness);
    const { page, close } = await openHost(browser, host.url);
    const rows = [];
    for (const name of Object.keys(CALLS)) rows.push(await overheadOf(name, page, direct.page));
    await direct.close();
    rows.push(...(await journeys(page)));
    await close();
    return rows;
  } finally {
    await browser.close();
    host.close();
    harness.close();
  }
}

/** The same work on both ways; each gives the time that it took, in ms. */
const CALLS = {
  translate: {
    framed: ([text, from, to]) => window.timed(() => window.timbre.translate(text, { from, to })),
    direct: ([text, from, to]) => window.bench.translate(text, from, to)
  },
  synthesize: {
    framed: ([text, language]) =>
      window.timed(() => window.timbre.synthesize(text, { language, format: 'wav' })),
    direct: ([text, language]) => window.bench.synthesize(text, language)
  }
};

async function overheadOf(name, page, directPage) {
  const { framed, direct } = CALLS[name];
  const times = { framed: [], direct: [] };
  for (let turn = -WARM_UP; turn < ROUNDS; turn++) {
    const took = {
      framed: await page.evaluate(framed, [TEXT, FROM, TO]),
      direct: await directPage.evaluate(direct, [TEXT, FROM, TO])
    };
    if (turn < 0) continue;
    times.framed.push(took.framed);
    times.direct.push(took.direct);
  }
  const differences = times.framed.map((ms, turn) => ms - times.direct[turn]);
  const value = round(median(differences), 1);
  return {
    what: `frame over a direct call: ${name} a sentence`,
    value,
    unit: 'ms',
    budget: `≤ ${BUDGET_MS}`,
    ok: value <= BUDGET_MS,
    note: `median of ${ROUNDS} pairs in turns; ${round(median(times.framed), 1)} ms through the frame, ${round(median(times.direct), 1)} ms directly`
  };
}

/** There and back with nothing in between, beside a call without sound and one copy of as many bytes. */
async function journeys(page) {
  const times = await page.evaluate(
    async ({ bytes, rounds }) => {
      const there = (audio) => window.timed(() => window.timbre.transcribe(audio).catch(({ code }) => code));
      const blob = new Blob([new Uint8Array(bytes)]);
      const all = { none: [], blob: [], buffer: [], copy: [] };
      for (let turn = 0; turn < rounds; turn++) {
        all.none.push(await there(new Blob()));
        all.blob.push(await there(blob));
        const buffer = new ArrayBuffer(bytes);
        // Written to, so that the pages of memory are really there.
        new Uint8Array(buffer).fill(turn + 1);
        all.copy.push(await window.timed(() => structuredClone(buffer)));
        all.buffer.push(await there(buffer));
      }
      return all;
    },
    { bytes: BYTES, rounds: 7 }
  );
  const of = (name) => round(median(times[name]), 1);
  const beside = `${of('none')} ms without sound; one copy of as many bytes takes ${of('copy')} ms here`;
  return [
    {
      what: '50 MB there and back, as a Blob',
      value: of('blob'),
      unit: 'ms',
      note: `it goes by reference; ${beside}`
    },
    {
      what: '50 MB there and back, as an ArrayBuffer',
      value: of('buffer'),
      unit: 'ms',
      note: `it is put into a Blob, once, which goes by reference; ${beside}`
    }
  ];
}

async function openHost(browser, url) {
  const context = await browser.newContext({ locale: 'en-GB', serviceWorkers: 'block' });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`page: ${error.message}`));
  await page.goto(`${url}/?headless`);
  await page.waitForFunction(() => typeof window.timbre?.translate === 'function');
  await page.evaluate(() => {
    window.timed = async (work) => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    };
  });
  const allowed = page.evaluate(() => window.timbre.requestPermission(['process']));
  const allow = page.frameLocator('#timbre iframe').getByRole('button', { name: 'Allow once' });
  // Presses on a question that has just come count for nothing.
  await page
    .frameLocator('#timbre iframe')
    .locator('button[aria-disabled=false]', { hasText: 'Allow once' })
    .waitFor();
  await allow.click();
  await allowed;
  return { page, close: () => context.close() };
}
