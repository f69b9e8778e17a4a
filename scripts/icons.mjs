/**
 * Draws the app's icons from its own stamp: an SVG, and PNGs rendered by a headless Chromium.
 * Run by hand after a change: `node scripts/icons.mjs`; the results are committed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from './lib/chromium.mjs';
import { root } from './lib/run.mjs';

const PAPER = '#14231E';
const LINE = '#F6FAF8';
const VOICE = '#FF8062';

/** Teeth bitten out of a square's sides; the same shape as src/lib/ui/stamp.ts draws. */
function perforated(size, teeth, radius, margin) {
  const gap = (size - 2 * margin - teeth * 2 * radius) / (teeth - 1);
  const side = (dx, dy) => {
    const line = (length) => `l${dx * length} ${dy * length}`;
    const bite = `a${radius} ${radius} 0 0 0 ${dx * 2 * radius} ${dy * 2 * radius}`;
    return line(margin) + Array(teeth).fill(bite).join(line(gap)) + line(margin);
  };
  return `M0 0${side(1, 0)}${side(0, 1)}${side(-1, 0)}${side(0, -1)}z`;
}

const WAVE = 'M6 10.8v2.4M9 8.5v7M15 9v6M18 10.8v2.4';
const LOUDEST = 'M12 5.8v12.4';
const strokes = `<g fill="none" stroke-width="1.7" stroke-linecap="round"><path d="${WAVE}" stroke="${LINE}"/><path d="${LOUDEST}" stroke="${VOICE}"/></g>`;

const stamp = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 26 26"><path d="${perforated(24, 5, 1.35, 1.85)}" fill="${PAPER}"/>${strokes}</svg>`;
/** Every launcher cuts its own shape: the ground fills the square, the drawing keeps to the middle. */
const maskable = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 40 40"><rect x="-8" y="-8" width="40" height="40" fill="${LINE}"/><path d="${perforated(24, 5, 1.35, 1.85)}" fill="${PAPER}"/>${strokes}</svg>`;

const folder = resolve(root, 'static/icons');
mkdirSync(folder, { recursive: true });
writeFileSync(resolve(folder, 'icon.svg'), `${stamp}\n`);

const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox'] });
for (const [name, svg, size] of [
  ['icon-192.png', stamp, 192],
  ['icon-512.png', stamp, 512],
  ['maskable-512.png', maskable, 512]
]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const source = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await page.setContent(`<body style="margin:0"><img src="${source}" width="${size}" height="${size}">`);
  await page.locator('img').evaluate((image) => image.decode());
  await page.screenshot({ path: resolve(folder, name), omitBackground: true });
  await page.close();
}
await browser.close();
