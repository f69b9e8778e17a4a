import { expect, test } from 'vitest';
import { addressOf } from './address';

const PAGE = 'https://host.example/chat/index.html';
const NPM = 'https://host.example/assets/app.js';

test.each([
  ['https://timbre.example', 'https://timbre.example/embed'],
  ['https://timbre.example/', 'https://timbre.example/embed'],
  ['https://timbre.example/voices//', 'https://timbre.example/voices/embed'],
  ['http://localhost:4173/?a#b', 'http://localhost:4173/embed'],
  ['/timbre', 'https://host.example/timbre/embed'],
  ['HTTPS://Timbre.Example:443', 'https://timbre.example/embed']
])('%s', (src, href) => {
  expect(addressOf(src, NPM, PAGE)).toEqual({ href, origin: new URL(href).origin });
  expect(addressOf(new URL(src, PAGE), NPM, PAGE).href).toBe(href);
});

test.each([
  ['https://timbre.example/embed/timbre.js', 'https://timbre.example/embed'],
  ['https://timbre.example/voices/embed/timbre.js?v=2', 'https://timbre.example/voices/embed']
])('by its script %s', (script, href) => {
  expect(addressOf(undefined, script, PAGE).href).toBe(href);
});

test.each([
  [undefined, NPM],
  [undefined, 'file:///app/embed/index.js'],
  ['javascript:alert(1)', NPM],
  ['data:text/html,hello', NPM],
  ['https://', NPM]
])('%s from %s is refused', (src, script) => {
  expect(() => addressOf(src, script, PAGE)).toThrow(expect.objectContaining({ code: 'input/invalid' }));
});
