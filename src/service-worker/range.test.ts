import { expect, it } from 'vitest';
import { ranged } from './range';

const whole = () => new Response('0123456789', { headers: { 'Content-Type': 'audio/mpeg' } });

it.each([
  ['bytes=0-3', '0123', 'bytes 0-3/10'],
  ['bytes=7-', '789', 'bytes 7-9/10'],
  ['bytes=-2', '89', 'bytes 8-9/10'],
  ['bytes=5-99', '56789', 'bytes 5-9/10']
])('%s gives %s', async (range, text, contentRange) => {
  const part = await ranged(whole(), range);
  expect(part.status).toBe(206);
  expect(part.headers.get('Content-Range')).toBe(contentRange);
  expect(await part.text()).toBe(text);
});

it('refuses a range outside the file', async () => {
  expect((await ranged(whole(), 'bytes=10-')).status).toBe(416);
});

it('gives everything for a range that it doesn’t understand', async () => {
  expect(await (await ranged(whole(), 'bytes=0-1,4-5')).text()).toBe('0123456789');
});
