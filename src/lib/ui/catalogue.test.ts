import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../../workers/contract';

type Catalogue = Record<string, string>;
const read = (name: string): Catalogue =>
  JSON.parse(readFileSync(new URL(`../../../messages/${name}.json`, import.meta.url), 'utf8')) as Catalogue;

const catalogues = { en: read('en'), fr: read('fr') };
/** The arguments that a sentence takes. */
const argumentsOf = (sentence: unknown) => (JSON.stringify(sentence).match(/\{(\w+)\}/g) ?? []).sort();

describe('the message catalogues', () => {
  it('have the same keys', () => {
    expect(Object.keys(catalogues.fr).sort()).toEqual(Object.keys(catalogues.en).sort());
  });

  it('take the same arguments and are never empty', () => {
    for (const [key, sentence] of Object.entries(catalogues.en)) {
      expect(argumentsOf(catalogues.fr[key]), key).toEqual(argumentsOf(sentence));
      expect(catalogues.fr[key], key).not.toBe('');
      expect(sentence, key).not.toBe('');
    }
  });

  it.each(ERROR_CODES)('say for %s what happened, what was kept and what can be done', (code) => {
    const key = `error_${code.replace(/[/-]/g, '_')}`;
    for (const [name, catalogue] of Object.entries(catalogues)) {
      const sentences = (catalogue[key] ?? '').split(/[.;] /);
      expect(sentences.length, `${name}: ${key}`).toBeGreaterThanOrEqual(3);
    }
  });
});
