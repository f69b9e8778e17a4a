/** The message that the bench measures, and pages to measure it on. */
export const TEXT =
  'Leave the bread in the oven for forty-five minutes. Have a good night and see you tomorrow.';
export const FROM = 'en';
export const TARGETS = ['fr', 'es', 'de', 'it'];

/** Before each measurement: the runtime's threads spin for a while after a run, and files are written behind it. */
export const CALM_MS = 250;

const MODELS = {
  ...(process.env.TRANSCRIBER ? { transcriber: process.env.TRANSCRIBER } : {}),
  ...(process.env.TRANSLATOR ? { translator: process.env.TRANSLATOR } : {})
};

/** A fresh page, with nothing loaded or stored. */
export async function open(browser, server, message) {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`page: ${error.message}`));
  await page.goto(server.url);
  await page.waitForFunction(() => 'bench' in window);
  await page.evaluate((models) => window.bench.use(models), MODELS);
  if (message) await page.evaluate((base64) => window.bench.take(base64), message.base64);
  return { page, close: () => context.close() };
}

/** @returns the text, spoken: its length and the file */
export async function makeMessage(browser, server, text = TEXT) {
  const { page, close } = await open(browser, server);
  const message = await page.evaluate(([text, from]) => window.bench.speak(text, from), [text, FROM]);
  await close();
  return message;
}
