/**
 * Recognition with a model of Whisper tiny's size and layout (30 s windows, int8, random weights that say 26 tokens
 * whatever they hear), beside transformers.js's own pipeline on the same weights, in turns.
 *
 * `SIZED_MODELS` is the folder that `python -m training contract --only whisper-tiny-sized --out FOLDER` (in `models/`)
 * wrote; without it there is nothing to measure.
 */
import { CALM_MS, FROM, makeMessage, open } from './lib/message.mjs';
import { median, round } from './lib/numbers.mjs';
import { serveHarness } from './lib/serve-harness.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const WARM_UP = 2;
const KINDS = ['asIs', 'tuned'];

export async function measure({ browser }) {
  if (!process.env.SIZED_MODELS)
    return [{ what: 'Whisper tiny’s size', value: 'not measured', note: 'SIZED_MODELS is not set' }];
  const server = await serveHarness();
  try {
    const message = await makeMessage(browser, server);
    const { page, close } = await open(browser, server, message);
    await page.evaluate(() => window.bench.use({ transcriber: 'sized/whisper-tiny-sized' }));
    for (const kind of KINDS) await page.evaluate((kind) => window.bench.plain.load(kind), kind);
    const seen = { ours: [], asIs: [], tuned: [] };
    const texts = {};
    for (let turn = -WARM_UP; turn < ROUNDS; turn++) {
      await page.waitForTimeout(CALM_MS);
      const runs = { ours: await page.evaluate((from) => window.bench.transcribe(from), FROM) };
      for (const kind of KINDS) {
        await page.waitForTimeout(CALM_MS);
        runs[kind] = await page.evaluate((job) => window.bench.plain.transcribe(...job), [kind, FROM]);
      }
      for (const [name, { ms, text }] of Object.entries(runs)) {
        texts[name] = text.trim();
        if (turn >= 0) seen[name].push(ms);
      }
    }
    await close();
    const ours = median(seen.ours);
    return [
      {
        what: 'transcribe 5 s with Whisper tiny’s size',
        value: round(ours),
        unit: 'ms',
        plain: round(median(seen.asIs)),
        times: round(median(seen.asIs) / ours, 1),
        tuned: round(median(seen.tuned)),
        'times tuned': round(median(seen.tuned) / ours, 1),
        budget: '≥ 4 times',
        ok: median(seen.asIs) / ours >= 4,
        note: 'random weights; windows of 30 s, which ours cuts to the length of the speech; word times in ours alone'
      },
      { what: 'same text as the plain pipeline', value: texts.ours === texts.asIs ? 'yes' : 'no' }
    ];
  } finally {
    server.close();
  }
}
