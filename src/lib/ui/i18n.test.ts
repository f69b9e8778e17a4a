import { expect, it, vi } from 'vitest';
import { getLocale, locale, showLocale } from './i18n';

it('shows another language without choosing it, and the person’s own again', () => {
  const documentElement = { lang: '', dir: '' };
  vi.stubGlobal('document', { documentElement });
  const own = getLocale();
  expect(own).toBe('en');
  showLocale('fr-CA');
  expect([getLocale(), locale.current, documentElement.lang]).toEqual(['fr', 'fr', 'fr']);
  showLocale('xx');
  expect([getLocale(), locale.current, documentElement.lang]).toEqual([own, own, own]);
  showLocale('FR');
  showLocale();
  expect(locale.current).toBe(own);
  vi.unstubAllGlobals();
});
