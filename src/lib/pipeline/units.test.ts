import { describe, expect, it } from 'vitest';
import type { TranslatedUnit } from '$lib/storage';
import { splitSentences } from './sentences';
import { editUnits, keepUnits, textOf, upToDate } from './units';

const unit = (source: string | string[], text: string, edited = false): TranslatedUnit => ({
  sources: [source].flat(),
  text,
  edited
});
const [a, b, c] = [unit('Aa.', 'aa.'), unit('Bb.', 'bb.'), unit('Cc.', 'cc.')];
const three = [a, b, c];
const of = (text: string) => splitSentences(text, 'en');

describe('keeping', () => {
  it('takes each unit whose sentences are there, and names the missing ones', () => {
    expect(keepUnits(of('Aa. New. Cc.'), three)).toEqual({ slots: [a, 'New.', c], orphanedEdits: [] });
    expect(keepUnits(of('Cc. Aa. Aa.'), three)).toEqual({ slots: [c, a, 'Aa.'], orphanedEdits: [] });
    expect(keepUnits(of('Aa.'), [])).toEqual({ slots: ['Aa.'], orphanedEdits: [] });
  });

  it('keeps a unit over several sentences only whole, and says what a person wrote in vain', () => {
    const wide = unit(['Aa.', 'Bb.'], 'together.', true);
    expect(keepUnits(of('Aa. Bb. Cc.'), [a, wide, c]).slots).toEqual([wide, c]);
    expect(keepUnits(of('Aa. Xx. Cc.'), [wide, c])).toEqual({
      slots: ['Aa.', 'Xx.', c],
      orphanedEdits: ['together.']
    });
  });

  it('knows what is up to date', () => {
    expect(upToDate(of('Aa. Bb. Cc.'), three)).toBe(true);
    expect(upToDate(of('Aa.\nBb. Cc.'), three)).toBe(true);
    expect(upToDate(of('Aa. Bb.'), three)).toBe(false);
    expect(upToDate(of('Aa. Cc. Bb.'), three)).toBe(false);
  });

  it('makes one text, with the lines of the source', () => {
    expect(textOf(three, of('Aa. Bb.\nC.'), 'en')).toBe('aa. bb.\ncc.');
    expect(textOf([unit(['Aa.', 'Bb.'], 'ab.'), c], of('Aa. Bb.\nC.'), 'en')).toBe('ab.\ncc.');
  });
});

describe('editing', () => {
  const edit = (text: string) =>
    editUnits(three, text, 'en').map(({ sources, text: now, edited }) => [sources.join(''), now, edited]);
  it.each([
    [
      'one sentence',
      'aa. new. cc.',
      [
        ['Aa.', 'aa.', false],
        ['Bb.', 'new.', true],
        ['Cc.', 'cc.', false]
      ]
    ],
    [
      'two, one to one',
      'aa. Xx. Yy.',
      [
        ['Aa.', 'aa.', false],
        ['Bb.', 'Xx.', true],
        ['Cc.', 'Yy.', true]
      ]
    ],
    [
      'all',
      'Xx! Yy? Zz.',
      [
        ['Aa.', 'Xx!', true],
        ['Bb.', 'Yy?', true],
        ['Cc.', 'Zz.', true]
      ]
    ],
    [
      'two into one',
      'aa. together.',
      [
        ['Aa.', 'aa.', false],
        ['Bb.Cc.', 'together.', true]
      ]
    ],
    [
      'one into two',
      'aa. Xx. Yy. cc.',
      [
        ['Aa.', 'aa.', false],
        ['Bb.', 'Xx. Yy.', true],
        ['Cc.', 'cc.', false]
      ]
    ],
    [
      'one away',
      'aa. cc.',
      [
        ['Aa.', 'aa.', false],
        ['Bb.', '', true],
        ['Cc.', 'cc.', false]
      ]
    ],
    [
      'one between',
      'aa. more. bb. cc.',
      [
        ['Aa.', 'aa. more.', true],
        ['Bb.', 'bb.', false],
        ['Cc.', 'cc.', false]
      ]
    ],
    [
      'one before',
      'more. aa. bb. cc.',
      [
        ['Aa.', 'more. aa.', true],
        ['Bb.', 'bb.', false],
        ['Cc.', 'cc.', false]
      ]
    ],
    [
      'one behind',
      'aa. bb. cc. more.',
      [
        ['Aa.', 'aa.', false],
        ['Bb.', 'bb.', false],
        ['Cc.', 'cc. more.', true]
      ]
    ],
    [
      'spaces only',
      ' aa.  bb.\ncc. ',
      [
        ['Aa.', 'aa.', false],
        ['Bb.', 'bb.', false],
        ['Cc.', 'cc.', false]
      ]
    ]
  ])('%s', (_, text, expected) => expect(edit(text)).toEqual(expected));

  it('keeps every source, whatever is written', () => {
    for (const text of ['', 'x', 'aa.', 'cc.', 'aa.aa.', 'bb. aa.', 'aa. bb. cc. aa. bb. cc.']) {
      expect(editUnits(three, text, 'en').flatMap(({ sources }) => sources)).toEqual(['Aa.', 'Bb.', 'Cc.']);
    }
  });

  it('does not take the beginning of a word for the word', () => {
    expect(editUnits([unit('A', 'aa'), unit('B', 'bb')], 'aab bb', 'en')).toEqual([
      unit('A', 'aab', true),
      unit('B', 'bb')
    ]);
  });
});
