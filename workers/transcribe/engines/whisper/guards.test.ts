import { expect, test } from 'vitest';
import { compressionRatio, isBlank, isStockPhrase, loopStart } from './guards';

const repeated = (pattern: number[], times: number) => Array.from({ length: times }, () => pattern).flat();

test('loops are cut to their first round', () => {
  expect(loopStart([1, 2, 3, ...repeated([7], 8)])).toBe(4);
  expect(loopStart([1, 2, 3, ...repeated([7, 8, 9, 10], 4)])).toBe(7);
  expect(loopStart(repeated([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 3))).toBe(10);
});

test('what people say is no loop', () => {
  expect(loopStart(repeated([7], 5))).toBeUndefined(); // ha ha ha ha ha
  expect(loopStart(repeated([7, 8], 4))).toBeUndefined();
  expect(loopStart([1, 2, 3, 4, 5, 6, 7, 8])).toBeUndefined();
  expect(loopStart([])).toBeUndefined();
});

test('text that repeats itself compresses well', () => {
  expect(compressionRatio('see you at nine '.repeat(20))).toBeGreaterThan(2.4);
  expect(
    compressionRatio('I will be a little late because the train was cancelled, start without me.')
  ).toBeLessThan(2.4);
  expect(compressionRatio('')).toBe(0);
});

const weak = { confidence: 0.4, speech: 0.3 };
const strong = { confidence: 0.95, speech: 0.9 };

test.each([
  'Subtitles by the Amara.org community',
  "Sous-titres réalisés par la communauté d'Amara.org",
  'Untertitel im Auftrag des ZDF für funk, 2017',
  'Sottotitoli creati dalla comunità Amara.org',
  'Altyazı M.K.',
  'Thank you for watching!',
  'Thanks for watching.',
  'Vielen Dank fürs Zuschauen!',
  'Gracias por ver el video.',
  'ご視聴ありがとうございました'
])('“%s” is not believed on weak evidence', (text) => {
  expect(isStockPhrase(text, weak)).toBe(true);
  expect(isStockPhrase(text, strong)).toBe(false);
});

test.each(['Thank you.', 'Merci.', 'I was watching the film.', 'Danke, bis morgen!', 'See you at nine.'])(
  '“%s” is always believed',
  (text) => {
    expect(isStockPhrase(text, weak)).toBe(false);
  }
);

test('a credit needs more than a farewell to be kept', () => {
  const middling = { confidence: 0.7, speech: 0.7 };
  expect(isStockPhrase('Subtitles by the Amara.org community', middling)).toBe(true);
  expect(isStockPhrase('Thank you for watching!', middling)).toBe(false);
});

test('blank is what has no letter and no digit', () => {
  expect(['', ' …', '♪♪', '--'].every(isBlank)).toBe(true);
  expect(['a', '7', '今'].some(isBlank)).toBe(false);
});
