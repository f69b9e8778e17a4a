import { expect, it } from 'vitest';
import { wordsOf } from './index';

it.each([
  ['Été à Köln, STRASSE Straße', ['ete', 'a', 'koln', 'strasse']],
  ['J’ai l’œuf', ['j', 'ai', 'l', 'oeuf']],
  ['Łódź İstanbul ışık', ['lodz', 'istanbul', 'isik']],
  ['我们 9 点', ['我', '们', '9', '点']],
  ['ガラス', ['カ', 'ラ', 'ス']],
  ['한국어', ['한국어']],
  ['مُحَمَّد', ['محمد']],
  ['…—!', []]
])('%s', (text, words) => expect(wordsOf(text)).toEqual(words));
