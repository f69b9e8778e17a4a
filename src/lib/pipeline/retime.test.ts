import { expect, it } from 'vitest';
import type { Segment } from '$workers/contract';
import { retime } from './retime';

function segment(text: string): Segment {
  const words = text
    .split(' ')
    .map((word, index) => ({ text: word, startMs: index * 100, endMs: index * 100 + 100, confidence: 0.5 }));
  return { text, startMs: 0, endMs: words.length * 100, confidence: 0.5, words };
}
const times = (text: string, now: string) =>
  retime([segment(text)], now, 'en').flatMap(({ words }) =>
    words.map((word) => [word.text, word.startMs, word.endMs, word.confidence])
  );

it('keeps the times of kept words, whatever their marks and capitals', () => {
  expect(times('hello there you', 'Hello, there you!')).toEqual([
    ['Hello,', 0, 100, 0.5],
    ['there', 100, 200, 0.5],
    ['you!', 200, 300, 0.5]
  ]);
});

it('gives a replaced word its predecessor’s time', () => {
  expect(times('take the tram now', 'take the train now')).toEqual([
    ['take', 0, 100, 0.5],
    ['the', 100, 200, 0.5],
    ['train', 200, 300, 1],
    ['now', 300, 400, 0.5]
  ]);
});

it('lets new words share the time between their neighbours, and ends in time', () => {
  expect(times('a b', 'a x y b')).toEqual([
    ['a', 0, 100, 0.5],
    ['x', 100, 100, 1],
    ['y', 100, 100, 1],
    ['b', 100, 200, 0.5]
  ]);
  expect(times('a gap b', 'a x y b').map(([, start]) => start)).toEqual([0, 100, 150, 200]);
  expect(times('a b c', 'a').at(-1)).toEqual(['a', 0, 100, 0.5]);
  expect(times('a b', 'wholly other words').at(-1)?.[2]).toBe(200);
});

it('has one segment a sentence, and none where there were no times', () => {
  const segments = retime([segment('one two three four')], 'One two. Three four!', 'en');
  expect(segments.map(({ text, startMs, endMs }) => [text, startMs, endMs])).toEqual([
    ['One two.', 0, 200],
    ['Three four!', 200, 400]
  ]);
  expect(retime([], 'x', 'en')).toEqual([]);
});

it('never goes back in time, and has every word, for any edit', () => {
  let state = 3;
  const random = (below: number) => (state = (state * 1103515245 + 12345) % 2 ** 31) % below;
  const vocabulary = ['a', 'b', 'c', 'd'];
  const some = (count: number) => Array.from({ length: count }, () => vocabulary[random(4)] ?? 'a').join(' ');
  for (let round = 0; round < 200; round++) {
    const [before, after] = [some(1 + random(12)), some(1 + random(12))];
    const words = retime([segment(before)], after, 'en').flatMap((each) => each.words);
    expect(words.map(({ text }) => text).join(' ')).toBe(after);
    words.forEach((word, index) => {
      expect(word.endMs).toBeGreaterThanOrEqual(word.startMs);
      expect(word.startMs).toBeGreaterThanOrEqual(words[index - 1]?.endMs ?? 0);
      expect(word.endMs).toBeLessThanOrEqual(before.split(' ').length * 100);
    });
  }
});

it('splits Chinese by its dictionary', () => {
  const old: Segment = {
    ...segment('我们'),
    words: [{ text: '我们', startMs: 0, endMs: 300, confidence: 1 }],
    endMs: 600
  };
  expect(retime([old], '我们出发。', 'zh')[0]?.words.map(({ text }) => text)).toEqual(['我们', '出发。']);
});
