import { expect, test } from 'vitest';
import type { WindowWord } from './engines/whisper';
import { joinWords } from './merge';

/** Words of 100 ms each, one after another. */
const words = (text: string, startMs: number): WindowWord[] =>
  text.split(' ').map((word, i) => ({
    text: ` ${word}`,
    startMs: startMs + 100 * i,
    endMs: startMs + 100 * (i + 1),
    confidence: 1,
    tokens: 1
  }));
const joined = (before: WindowWord[], after: WindowWord[], from: number, to: number) =>
  joinWords(before, after, from, to).map((word) => word.text.trim()).join(' '); // prettier-ignore

test('what both windows heard is there once', () => {
  expect(joined(words('one two three four five', 0), words('four five six seven', 300), 300, 500)).toBe(
    'one two three four five six seven'
  );
});

test('a word cut in two at either side is replaced by the other side’s whole one', () => {
  expect(joined(words('we meet at the sta', 0), words('t the station at nine', 250), 250, 500)).toBe(
    'we meet at the station at nine'
  );
});

test('case and punctuation do not matter', () => {
  expect(joined(words('good morning Anna.', 0), words('Morning, anna how are you', 100), 100, 300)).toBe(
    'good morning anna how are you'
  );
});

test('with nothing in common, time decides', () => {
  expect(joined(words('a b c d', 0), words('x y z', 200), 200, 400)).toBe('a b c y z');
});

test('when one side heard nothing there, all of the other is kept', () => {
  expect(joined(words('a b', 0), words('c d', 900), 500, 800)).toBe('a b c d');
  expect(joined([], words('c d', 900), 500, 800)).toBe('c d');
  expect(joined(words('a b', 0), [], 100, 200)).toBe('a b');
});

test('a word that is really said twice stays twice', () => {
  expect(joined(words('no no no', 0), words('no no yes', 100), 100, 300)).toBe('no no no yes');
});
