import { expect, it } from 'vitest';
import { LANGUAGES } from '$workers/contract';
import {
  asLanguage,
  directionOf,
  languageName,
  languagesByName,
  ownLanguageName,
  preferredLanguage
} from './index';

it('names languages in the language of the interface', () => {
  expect(languageName('de', 'fr')).toBe('allemand');
  expect(languageName('de', 'en')).toBe('German');
  expect(ownLanguageName('es')).toBe('español');
  expect(languageName('de', 'not a locale')).toBe('de');
});

it('orders all of them by name', () => {
  const french = languagesByName('fr');
  expect(french).toHaveLength(LANGUAGES.length);
  expect(french[0]).toEqual({ language: 'de', name: 'allemand' });
});

it('reads the browser’s tags', () => {
  expect(asLanguage('pt-BR')).toBe('pt');
  expect(asLanguage('zh_Hant')).toBe('zh');
  expect(asLanguage('sv')).toBeNull();
  expect(preferredLanguage(['sv-SE', 'fr-CA', 'en'])).toBe('fr');
  expect(preferredLanguage(['sv'])).toBe('en');
  expect(directionOf('ar')).toBe('rtl');
  expect(directionOf('fr')).toBe('ltr');
});
