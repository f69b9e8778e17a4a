/** What the first page costs: bytes over the wire before any interaction, and the time until its heading. */
export async function measure({ browser, baseURL }) {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  const kinds = new Map();
  cdp.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, { type, bytes: 0 }));
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const entry = kinds.get(requestId);
    if (entry) entry.bytes = encodedDataLength;
  });
  const start = performance.now();
  await page.goto(baseURL);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const shown = performance.now() - start;
  await page.waitForLoadState('networkidle');
  const sum = (type) =>
    [...kinds.values()].filter((e) => !type || e.type === type).reduce((total, e) => total + e.bytes, 0);
  const rows = [
    {
      what: 'JavaScript before interaction',
      value: +(sum('Script') / 1000).toFixed(1),
      unit: 'kB',
      note: 'as sent, about a kB of headers for each file; the budget of 100 is for the files as gzip (tests/shell.spec.ts)'
    },
    { what: 'everything before interaction', value: +(sum() / 1000).toFixed(1), unit: 'kB' },
    { what: 'heading shown', value: Math.round(shown), unit: 'ms' }
  ];
  await context.close();
  return rows;
}
