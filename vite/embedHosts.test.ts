import { expect, test } from 'vitest';
import { embedHosts } from './embedHosts';

test('origins and everything below a name, apart by spaces or commas; none: every host may ask', () => {
  expect(embedHosts('')).toEqual([]);
  expect(embedHosts('https://a.example, https://*.b.example:8443 http://localhost:5000')).toEqual([
    'https://a.example',
    'https://*.b.example:8443',
    'http://localhost:5000'
  ]);
});

test.each(['a.example', 'https://a.example/', '*', 'javascript:alert(1)'])('%s is refused', (host) => {
  expect(() => embedHosts(host)).toThrow(/EMBED_HOSTS takes origins/);
});
