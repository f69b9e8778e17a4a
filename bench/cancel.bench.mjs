/** How soon Cancel answers, in each stage of a message of half a minute. */
import { round } from './lib/numbers.mjs';
import { makeMessage, open, TARGETS, TEXT } from './lib/message.mjs';
import { serveHarness } from './lib/serve-harness.mjs';

const STAGES = ['transcribe', 'translate', 'synthesize'];
const TURNS = 3;

export async function measure({ browser }) {
  const server = await serveHarness();
  try {
    const long = await makeMessage(browser, server, Array.from({ length: 6 }, () => TEXT).join(' '));
    const { page, close } = await open(browser, server, long);
    const runs = [];
    for (let turn = 0; turn < TURNS; turn++) {
      for (const stage of STAGES) {
        runs.push(await page.evaluate((job) => window.bench.cancel(...job), [stage, TARGETS]));
      }
    }
    await close();
    return STAGES.map((stage) => rowOf(stage, runs));
  } finally {
    server.close();
  }
}

function rowOf(stage, runs) {
  const own = runs.filter((run) => run.stage === stage && run.wasRunning).map(({ answeredMs }) => answeredMs);
  if (own.length === 0) return { what: `cancel in ${stage}`, value: 'over too soon' };
  const worst = Math.max(...own);
  return {
    what: `cancel in ${stage}, slowest of ${own.length}`,
    value: round(worst),
    unit: 'ms',
    budget: '≤ 100',
    ok: worst <= 100,
    note: 'until the message counts as cancelled in storage and its worker is gone'
  };
}
