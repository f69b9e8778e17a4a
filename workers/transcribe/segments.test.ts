import { expect, test } from 'vitest';
import type { WindowWord } from './engines/whisper';
import { confidenceOf, segmentsOf, snapToSpeech } from './segments';

const words = (text: string, startMs = 0): WindowWord[] =>
  text.split(' ').map((word, i) => ({
    text: ` ${word}`,
    startMs: startMs + 200 * i,
    endMs: startMs + 200 * i + 150,
    confidence: 0.5,
    tokens: 1
  }));
const texts = (list: WindowWord[]) => segmentsOf(list).map((segment) => segment.text);

test('sentences are segments; abbreviations and numbers end none', () => {
  expect(texts(words('Hello Anna. How are you? Dr. Weber comes on the 3. of May, z.B. tomorrow!'))).toEqual([
    'Hello Anna.',
    'How are you?',
    'Dr. Weber comes on the 3. of May, z.B. tomorrow!'
  ]);
});

test('a long pause ends a segment', () => {
  expect(texts([...words('so it is'), ...words('and then', 2000)])).toEqual(['so it is', 'and then']);
});

test('a segment has its words’ times and confidence, and trimmed words', () => {
  const [segment] = segmentsOf([
    { text: ' good', startMs: 100.4, endMs: 200, confidence: 0.9, tokens: 1 },
    { text: ' morning', startMs: 220, endMs: 399.6, confidence: 0.4, tokens: 3 }
  ]);
  expect(segment).toMatchObject({ text: 'good morning', startMs: 100, endMs: 400 });
  expect(segment?.words.map((word) => word.text)).toEqual(['good', 'morning']);
  expect(segment?.confidence).toBeCloseTo((0.9 * 0.4 ** 3) ** 0.25);
});

test('words of a language without spaces stay together', () => {
  expect(
    segmentsOf(
      ['今', '日', 'は。'].map((text, i) => ({ text, startMs: i, endMs: i + 1, confidence: 1, tokens: 1 }))
    )[0]?.text
  ).toBe('今日は。');
});

test('no words: no confidence', () => {
  expect(confidenceOf([])).toBe(0);
  expect(segmentsOf([])).toEqual([]);
});

test('a word that reaches into silence is moved to the speech it touches', () => {
  const speech = [{ from: 1000, to: 2000 }, { from: 5000, to: 6000 }]; // prettier-ignore
  const at = (startMs: number, endMs: number) => {
    const word = snapToSpeech({ text: 'a', startMs, endMs, confidence: 1, tokens: 1 }, speech, 1);
    return [word.startMs, word.endMs];
  };
  expect(at(1900, 2500)).toEqual([1900, 2000]);
  expect(at(3000, 5200)).toEqual([5000, 5200]);
  expect(at(2500, 2900)).toEqual([2500, 2900]);
  expect(at(1200, 1300)).toEqual([1200, 1300]);
});
