import type { Phrase, PhraseCategory } from '$lib/voice';
import { describe, expect, it } from 'vitest';
import { anotherPhrase, donePhrases, nextPhrase, readingLanguage, tracksOf } from './guide';

const phrase = (id: string, category: PhraseCategory): Phrase => ({ id, category, text: `Say ${id}.` });
const phrases = [phrase('a', 'greeting'), phrase('b', 'greeting'), phrase('c', 'question')];

const read = (id: string, change: object = {}) => ({
  source: 'guided' as const,
  language: 'en' as const,
  phraseText: `Say ${id}.`,
  status: 'completed' as const,
  problems: [],
  kept: false,
  ...change
});

describe('phrases that need no more saying', () => {
  it('are those with a recording that nothing speaks against, or that is kept all the same', () => {
    const done = (change: object) => [...donePhrases(phrases, [read('b', change)], 'en')];
    expect(done({})).toEqual(['b']);
    expect(done({ problems: ['noisy'] })).toEqual([]);
    expect(done({ problems: ['noisy'], kept: true })).toEqual(['b']);
    expect(done({ status: 'failed' })).toEqual([]);
  });

  it('are taken for good until they are judged', () => {
    expect([...donePhrases(phrases, [read('a', { status: 'pending' })], 'en')]).toEqual(['a']);
  });

  it('count in their own language, and only when they were read out', () => {
    expect(donePhrases(phrases, [read('a', { language: 'fr' })], 'en').size).toBe(0);
    expect(donePhrases(phrases, [read('a', { source: 'file' })], 'en').size).toBe(0);
  });
});

describe('the next phrase', () => {
  it('is the next one that is still to be said, and after the last the first', () => {
    expect(nextPhrase(phrases, new Set(), null)?.id).toBe('a');
    expect(nextPhrase(phrases, new Set(['b']), 'a')?.id).toBe('c');
    expect(nextPhrase(phrases, new Set(['b']), 'c')?.id).toBe('a');
  });

  it('is none when all are done', () => {
    expect(nextPhrase(phrases, new Set(['a', 'b', 'c']), null)).toBeNull();
    expect(nextPhrase(phrases, new Set(['a', 'b']), 'c')).toBeNull();
  });

  it('can be had although nothing is left to be said', () => {
    expect(anotherPhrase(phrases, new Set(['a', 'b']), 'c')?.id).toBe('a');
    expect(anotherPhrase(phrases, new Set(['a']), 'c')?.id).toBe('b');
  });
});

it('tracks say of each category how far it has come', () => {
  expect(tracksOf(phrases, new Set(['b']))).toEqual([
    { category: 'greeting', done: [false, true] },
    { category: 'question', done: [false] }
  ]);
});

describe('the language of the phrases', () => {
  const known = ['en', 'fr', 'de'] as const;
  it('is the one that was read last', () => {
    const samples = [
      { source: 'file' as const, language: 'de' as const },
      { source: 'guided' as const, language: 'fr' as const },
      { source: 'guided' as const, language: 'de' as const }
    ];
    expect(readingLanguage(samples, ['en'], known)).toBe('fr');
  });

  it('is else the first of those wished for that has phrases', () => {
    expect(readingLanguage([], ['pl', 'fr', 'en'], known)).toBe('fr');
    expect(readingLanguage([], ['pl'], known)).toBe('en');
  });
});
