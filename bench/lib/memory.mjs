/**
 * The most memory that a tab had: of the renderer process, workers and WASM included, from the system.
 * `own` is what the process has for itself (anonymous and shared memory, as the browser's task manager
 * counts); `resident` adds the browser's own program, which all tabs share.
 */
import { readFileSync } from 'node:fs';

const EVERY_MS = 25;

/** @returns {Map<string, number>} bytes by name, or undefined where the process is gone or the system has no /proc */
function statusOf(pid) {
  try {
    const lines = readFileSync(`/proc/${pid}/status`, 'utf8').matchAll(/^(\w+):\s+(\d+) kB$/gm);
    return new Map([...lines].map(([, name, kilobytes]) => [name, Number(kilobytes) * 1024]));
  } catch {
    return undefined;
  }
}

/**
 * Watches every renderer of the browser from now on.
 * @param {import('playwright-core').Browser} browser
 * @returns {Promise<() => Promise<{ own: number, resident: number } | undefined>>} stops, and gives the largest
 * renderer's peak in bytes; undefined where it can't be measured
 */
export async function watchMemory(browser) {
  if (process.platform !== 'linux') return async () => undefined;
  const cdp = await browser.newBrowserCDPSession();
  let peak = { own: 0, resident: 0 };
  let pids = [];
  let asked = 0;
  const look = async () => {
    if (Date.now() - asked > 500) {
      asked = Date.now();
      const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
      pids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    }
    for (const status of pids.map(statusOf)) {
      if (!status) continue;
      const own = (status.get('RssAnon') ?? 0) + (status.get('RssShmem') ?? 0);
      if (own > peak.own) peak = { own, resident: status.get('VmRSS') ?? 0 };
    }
  };
  await look();
  let running = look();
  const timer = setInterval(() => (running = running.then(look)), EVERY_MS);
  return async () => {
    clearInterval(timer);
    await running;
    await cdp.detach();
    return peak.own > 0 ? peak : undefined;
  };
}
