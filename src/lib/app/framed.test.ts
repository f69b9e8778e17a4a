import { expect, it } from 'vitest';
import { isFramedElsewhere } from './framed';

type Page = Parameters<typeof isFramedElsewhere>[0];
const at = (origin: string) => ({ location: { origin } });

function page(top: object | null): Page {
  const framed = { ...at('https://timbre.example'), top, parent: top };
  return (top ? framed : Object.assign(framed, { parent: framed })) as unknown as Page;
}

it('a page by itself, and one in a frame of the app’s own, are not', () => {
  expect(isFramedElsewhere(page(null))).toBe(false);
  expect(isFramedElsewhere(page(at('https://timbre.example')))).toBe(false);
});

it('a page in another origin’s frame is', () => {
  const closed = {
    get location(): never {
      throw new DOMException('Blocked a frame', 'SecurityError');
    }
  };
  expect(isFramedElsewhere(page(closed))).toBe(true);
  expect(isFramedElsewhere(page(at('https://other.example')))).toBe(true);
});
