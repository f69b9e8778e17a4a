import { expect, it } from 'vitest';
import { browserFarewell } from './farewell';

function page() {
  const kept = new Map<string, string>();
  return {
    target: new EventTarget(),
    notes: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
      removeItem: (name: string) => void kept.delete(name)
    }
  };
}

it('a page left while a message is worked on leaves one note, for that message', () => {
  const here = page();
  browserFarewell(here).watch('m');
  expect(browserFarewell(here).take('m')).toBe(false);
  here.target.dispatchEvent(new Event('pagehide'));
  const next = browserFarewell(here);
  expect(next.take('other')).toBe(false);
  expect(next.take('m')).toBe(true);
  expect(next.take('m')).toBe(false);
});

it('a page that comes back, or has no work, leaves none', () => {
  const here = page();
  const farewell = browserFarewell(here);
  const end = farewell.watch('m');
  here.target.dispatchEvent(new Event('pagehide'));
  here.target.dispatchEvent(new Event('pageshow'));
  expect(farewell.take('m')).toBe(false);
  end();
  here.target.dispatchEvent(new Event('pagehide'));
  expect(farewell.take('m')).toBe(false);
});

it('where no notes can be kept, nothing is taken for a farewell', () => {
  const none = browserFarewell(null);
  none.watch('m')();
  expect(none.take('m')).toBe(false);
});
