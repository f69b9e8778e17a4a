import { describe, expect, it } from 'vitest';
import { hostName, isApart } from './host';

describe('a host’s name', () => {
  it('is its own, with a port that isn’t the usual one', () => {
    expect(hostName('https://harbourvets.example')).toBe('harbourvets.example');
    expect(hostName('https://harbourvets.example:8443')).toBe('harbourvets.example:8443');
  });
  it('shows a scheme that isn’t the safe one', () => {
    expect(hostName('http://harbourvets.example')).toBe('http://harbourvets.example');
    expect(hostName('http://localhost:4174')).toBe('http://localhost:4174');
  });
  it('is written so that no letter passes for another', () => {
    // A Cyrillic а.
    expect(hostName('https://h\u0430rbourvets.example')).toMatch(/^xn--/);
  });
  it('is a word where there is none', () => {
    expect(hostName(null)).toBe('this site');
    expect(hostName('null')).toBe('this site');
  });
});

describe('what the browser keeps apart', () => {
  const own = 'https://timbre.example';
  it('is another site, and the same one by another scheme', () => {
    expect(isApart('https://harbourvets.example', own)).toBe(true);
    expect(isApart('http://timbre.example', own)).toBe(true);
    expect(isApart('https://nottimbre.example', own)).toBe(true);
    expect(isApart(null, own)).toBe(true);
  });
  it('is not the app’s own, on whichever port or name below it', () => {
    expect(isApart('https://timbre.example:8443', own)).toBe(false);
    expect(isApart('https://chat.timbre.example', own)).toBe(false);
    expect(isApart('http://localhost:4174', 'http://localhost:4173')).toBe(false);
  });
});
