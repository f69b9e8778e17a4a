/** Whether WebGPU says what WASM says: tiny models at full precision, on the software adapter, so correctness and not speed. */
import { chromium } from 'playwright-core';
import { round } from './lib/numbers.mjs';
import { makeMessage, open } from './lib/message.mjs';
import { serveHarness } from './lib/serve-harness.mjs';

/** Numbers may differ in the last places, words may not. */
const TOLERANCE = 1e-3;

export async function measure({ executablePath }) {
  const server = await serveHarness();
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']
  });
  try {
    const message = await makeMessage(browser, server, 'Good morning, see you soon.');
    const { page } = await open(browser, server, message);
    const rows = [];
    for (const stage of ['voice', 'translate']) {
      const gpu = await page.evaluate((stage) => window.bench.onDevice('force', stage), stage);
      const wasm = await page.evaluate((stage) => window.bench.onDevice('never', stage), stage);
      const ran = gpu.devices.every((device) => device.endsWith('webgpu'));
      const same = agree(gpu.said, wasm.said);
      rows.push({
        what: `${stage} on WebGPU says what WASM says`,
        value: !ran ? 'not run' : same ? 'yes' : 'no',
        ok: ran && same,
        note: `tiny models, software adapter: ${gpu.devices.join(', ')}; ${round(gpu.ms)} ms, WASM ${round(wasm.ms)} ms, which says nothing about a real GPU`
      });
    }
    return rows;
  } finally {
    await browser.close();
    server.close();
  }
}

function agree(a, b) {
  if (!Array.isArray(a) || !Array.isArray(b)) return JSON.stringify(a) === JSON.stringify(b);
  return a.length === b.length && a.every((x, i) => Math.abs(x - b[i]) <= TOLERANCE);
}
