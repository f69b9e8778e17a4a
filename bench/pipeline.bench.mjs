/**
 * The main job: a message of five seconds into three languages, through the app's own pipeline (storage and
 * packing included), beside the same work through transformers.js's own pipelines on the same weights and
 * runtime: padded to the model's window, one language after another; once as they come, and once tuned, with the
 * app's own choice of runtime binary and threads. Measured in turns, so that whatever else the machine does meets
 * all.
 *
 * `TRANSCRIBER` and `TRANSLATOR` choose other models than the starter ones (folders below `/models/`), `ROUNDS`
 * how often the warm runs are repeated, `STARTER_MODELS` a folder to take in place of the build's starter models.
 */
import { megabytes, median, round } from './lib/numbers.mjs';
import { watchMemory } from './lib/memory.mjs';
import { CALM_MS, FROM, makeMessage, open, TARGETS, TEXT } from './lib/message.mjs';
import { serveHarness } from './lib/serve-harness.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 30);
const WARM_UP = 2;
/** @param {{ browser: import('playwright-core').Browser }} given */
export async function measure({ browser }) {
  const server = await serveHarness();
  try {
    const message = await makeMessage(browser, server);
    const cold = await runCold(browser, server, message);
    const plainCold = await runPlainCold(browser, server, message);
    const warm = await runWarm(browser, server, message);
    return [...warmRows(warm, message), ...coldRows(cold, plainCold, message)];
  } finally {
    server.close();
  }
}

async function wholeMessage(page, count) {
  const run = await page.evaluate((to) => window.bench.message(to), TARGETS.slice(0, count));
  if (run.status !== 'ready' && run.status !== 'incomplete') {
    throw new Error(`the message ended ${run.status}: “${run.transcript}” ${run.failures.join('; ')}`);
  }
  return run;
}

async function runCold(browser, server, message) {
  const { page, close } = await open(browser, server, message);
  server.resetBytes();
  const stopWatching = await watchMemory(browser);
  const run = await wholeMessage(page, 3);
  await wholeMessage(page, 3);
  const memory = await stopWatching();
  const bytes = server.bytes();
  await close();
  return { run, memory, bytes };
}

async function runPlainCold(browser, server, message) {
  const { page, close } = await open(browser, server, message);
  server.resetBytes();
  const stopWatching = await watchMemory(browser);
  const result = await page.evaluate(
    async ([from, to]) => {
      const start = performance.now();
      await window.bench.plain.load('asIs');
      const { text } = await window.bench.plain.transcribe('asIs', from);
      const firstTextMs = performance.now() - start;
      await window.bench.plain.translate('asIs', text, from, to);
      return { firstTextMs, totalMs: performance.now() - start };
    },
    [FROM, TARGETS.slice(0, 3)]
  );
  const memory = await stopWatching();
  const bytes = server.bytes();
  await close();
  return { ...result, memory, bytes };
}

async function runWarm(browser, server, message) {
  const { page, close } = await open(browser, server, message);
  const seen = {
    whole: { 1: [], 3: [], 4: [] },
    translate: { 1: [], 3: [], 4: [] },
    transcribe: [],
    given: [],
    plain: { asIs: { transcribe: [], translate: [] }, tuned: { transcribe: [], translate: [] } },
    runs: []
  };
  for (const kind of Object.keys(seen.plain))
    await page.evaluate((kind) => window.bench.plain.load(kind), kind);
  /** @param {Parameters<typeof page.evaluate>} call */
  const measured = async (...call) => {
    await page.waitForTimeout(CALM_MS);
    return page.evaluate(...call);
  };
  let texts;
  // The first rounds warm everything up: the browser compiles a second time what it found to be busy.
  for (let turn = -WARM_UP; turn < ROUNDS; turn++) {
    // What the page did while all was loaded is measured on the app's own pages, by page.bench.
    if (turn === 0) await page.evaluate(() => window.bench.longTasks());
    const keep = (list, value) => {
      if (turn >= 0) list.push(value);
    };
    // What comes first in a round finds the processor's caches full of the plain pipelines: each does once in three.
    for (const count of [3, 4, 1].map((_, i, counts) => counts[(i + turn + WARM_UP) % 3])) {
      await page.waitForTimeout(CALM_MS);
      const run = await wholeMessage(page, count);
      keep(seen.whole[count], run.totalMs);
      if (count === 3) {
        keep(seen.runs, run);
        texts = { ours: run.transcript, translations: run.translations };
      }
    }
    keep(seen.transcribe, (await measured(() => window.bench.transcribe())).ms);
    keep(seen.given, (await measured((from) => window.bench.transcribe(from), FROM)).ms);
    for (const count of [3, 4, 1]) {
      const job = [texts.ours, FROM, TARGETS.slice(0, count)];
      keep(seen.translate[count], await measured((job) => window.bench.translate(...job), job));
    }
    for (const [kind, lists] of Object.entries(seen.plain)) {
      const heard = await measured((job) => window.bench.plain.transcribe(...job), [kind, FROM]);
      const job = [kind, texts.ours, FROM, TARGETS.slice(0, 3)];
      const translated = await measured((job) => window.bench.plain.translate(...job), job);
      keep(lists.transcribe, heard.ms);
      keep(lists.translate, translated.ms);
      texts.plain = heard.text;
      texts.plainTranslations = translated.texts;
    }
  }
  const longTasks = await page.evaluate(() => window.bench.longTasks());
  await close();
  return { ...seen, texts, longTasks };
}

function warmRows(warm, message) {
  const seconds = message.durationMs / 1000;
  const whole = (count) => median(warm.whole[count]);
  const stage = (name) => median(warm.runs.map(({ stages }) => stages[name] ?? 0));
  const rtf = whole(3) / message.durationMs;
  const more = warm.whole[4].map((ms, turn) => ms - warm.whole[3][turn]);
  const fourth = median(more) / whole(1);
  const rows = [
    { what: 'length of the message', value: round(seconds, 2), unit: 's', note: TEXT },
    {
      what: 'whole message into 3 languages, warm',
      value: round(whole(3)),
      unit: 'ms',
      note: 'stored, packed and ready to play'
    },
    {
      what: 'the same by length of the audio (RTF)',
      value: round(rtf, 2),
      unit: '×',
      budget: '≤ 1.5',
      ok: rtf <= 1.5
    },
    { what: 'into 1 language, warm', value: round(whole(1)), unit: 'ms' },
    { what: 'into 4 languages, warm', value: round(whole(4)), unit: 'ms' },
    {
      what: 'a fourth language, as part of one',
      value: round(100 * fourth, 1),
      unit: '%',
      budget: '≤ 15',
      ok: fourth <= 0.15,
      note: `${round(median(more))} ms: the median of the rounds’ differences between 4 languages and 3`
    }
  ];
  for (const name of ['decode', 'transcribe', 'translate', 'synthesize', 'encode']) {
    rows.push({
      what: `stage ${name}`,
      value: round(stage(name)),
      unit: 'ms',
      ...(name === 'synthesize' || name === 'encode' ? { note: '3 languages together' } : {})
    });
  }
  const { asIs, tuned } = warm.plain;
  const beside = (what, ours, name, extra = {}) => ({
    what,
    value: round(ours),
    unit: 'ms',
    plain: round(median(asIs[name])),
    times: round(median(asIs[name]) / ours, 1),
    tuned: round(median(tuned[name])),
    'times tuned': round(median(tuned[name]) / ours, 1),
    ...extra
  });
  const heard = median(warm.transcribe);
  rows.push(
    beside('transcribe, language found, word times', heard, 'transcribe', {
      budget: '≥ 4 times',
      ok: median(asIs.transcribe) / heard >= 4,
      note: 'the plain pipeline is told the language and gives no word times'
    }),
    beside('transcribe, language given, word times', median(warm.given), 'transcribe'),
    beside('translate into 3 languages', median(warm.translate[3]), 'translate'),
    { what: 'translate into 1 language', value: round(median(warm.translate[1])), unit: 'ms' },
    { what: 'translate into 4 languages', value: round(median(warm.translate[4])), unit: 'ms' },
    {
      what: 'warm messages with every language',
      value: `${warm.runs.filter(({ status }) => status === 'ready').length} of ${warm.runs.length}`,
      note: [...new Set(warm.runs.flatMap(({ failures }) => failures))].join('; ')
    },
    {
      what: 'same transcript as the plain pipeline',
      value: sameWords(warm.texts.ours, warm.texts.plain) ? 'yes' : 'no',
      note: sameWords(warm.texts.ours, warm.texts.plain) ? '' : `${warm.texts.ours} / ${warm.texts.plain}`
    },
    {
      what: 'same translations as the plain pipeline',
      value: `${TARGETS.slice(0, 3).filter((to) => sameWords(warm.texts.translations[to], warm.texts.plainTranslations[to])).length} of 3`
    },
    {
      what: 'longest block of the page, warm runs',
      value: round(Math.max(0, ...warm.longTasks)),
      unit: 'ms',
      budget: '≤ 50',
      ok: Math.max(0, ...warm.longTasks) <= 50,
      note: 'shorter ones are not reported by the browser: 0'
    }
  );
  return rows;
}

function coldRows(cold, plain, message) {
  const own = cold.memory?.own;
  return [
    {
      what: 'whole message into 3 languages, first ever',
      value: round(cold.run.totalMs),
      unit: 'ms',
      plain: round(plain.totalMs),
      note: 'plain: without speech; no network delay in either'
    },
    {
      what: 'the same by length of the audio',
      value: round(cold.run.totalMs / message.durationMs, 2),
      unit: '×'
    },
    {
      what: 'fetched for it',
      value: megabytes(cold.bytes.total),
      unit: 'MB',
      plain: megabytes(plain.bytes.total),
      note: 'as sent; ours with voice activity (1 MB) and speech (0.7 MB)'
    },
    {
      what: 'of that JavaScript',
      value: round(cold.bytes.script / 1000),
      unit: 'kB',
      plain: round(plain.bytes.script / 1000)
    },
    {
      what: 'peak memory of the tab',
      value: own === undefined ? 'not measured here' : megabytes(own),
      unit: 'MB',
      ...(plain.memory ? { plain: megabytes(plain.memory.own) } : {}),
      ...(own === undefined ? {} : { budget: '≤ 600', ok: own <= 600e6 }),
      note: cold.memory
        ? `${megabytes(cold.memory.resident)} MB resident, the browser’s own program included`
        : ''
    }
  ];
}

/** Equal but for marks and spaces: the decoders of the two tokenizers differ there. */
function sameWords(a = '', b = '') {
  const words = (text) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  return words(a) === words(b);
}
