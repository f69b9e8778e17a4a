import { expect, test } from 'vitest';
import { uniform } from '../../../chance';
import { guessLanguages, joinGuesses, noSpeechProbability } from './language';
import { argMax, forbid, logSumExp, probabilitiesOf, sample } from './logits';
import { applyTimestampRules } from './timestamps';

const logits = (...values: number[]) => Float32Array.from(values);

test('ln Σ exp does not overflow and knows the empty case', () => {
  expect(logSumExp(logits(1000, 1000))).toBeCloseTo(1000 + Math.log(2));
  expect(logSumExp(logits(-Infinity, -Infinity))).toBe(-Infinity);
});

test('forbidden tokens are never chosen', () => {
  const values = logits(1, 9, 3);
  forbid(values, [1, 99]);
  expect(argMax(values)).toBe(2);
  const random = uniform(1);
  for (let i = 0; i < 200; i++) expect(sample(values, 1, random)).not.toBe(1);
});

test('sampling follows the probabilities and is the same every time', () => {
  const values = logits(Math.log(0.7), Math.log(0.3));
  const draw = (seed: number) => {
    const random = uniform(seed);
    return Array.from({ length: 2000 }, () => sample(values, 1, random));
  };
  expect(draw(5).filter((token) => token === 0).length / 2000).toBeCloseTo(0.7, 1);
  expect(draw(5)).toEqual(draw(5));
});

test('languages: softmax over the language tokens alone, the product’s listed, best first', () => {
  const values = logits(50, Math.log(2), Math.log(6), Math.log(2));
  const guesses = guessLanguages(values, new Map([['en', 1], ['fr', 2], ['xx', 3]])); // prettier-ignore
  expect(guesses.map((guess) => guess.language)).toEqual(['fr', 'en']);
  expect(guesses[0]?.probability).toBeCloseTo(0.6);
  expect(probabilitiesOf(values, [1, 2, 3]).reduce((a, b) => a + b)).toBeCloseTo(1);
});

test('guesses of windows are joined by their weights', () => {
  const joined = joinGuesses([
    { guesses: [{ language: 'en', probability: 0.9 }, { language: 'fr', probability: 0.1 }], weight: 1 },
    { guesses: [{ language: 'fr', probability: 1 }], weight: 3 }
  ]); // prettier-ignore
  expect(joined[0]?.language).toBe('fr');
  expect(joined[0]?.probability).toBeCloseTo(0.775);
});

test('no-speech is a share of all tokens; 0 where the model has no such token', () => {
  expect(noSpeechProbability(logits(0, 0, Math.log(2)), 2)).toBeCloseTo(0.5);
  expect(noSpeechProbability(logits(0, 0), undefined)).toBe(0);
});

/** Text 0–2, end 3, timestamps 4–9. */
const range = { first: 4, endToken: 3, noTimestampsToken: undefined, maxInitial: 2 };
const allowed = (said: number[], values = logits(5, 4, 3, 2, 0, 0, 0, 0, 0, 0)) => {
  applyTimestampRules(values, said, range);
  return [...values.keys()].filter((token) => values[token] !== -Infinity);
};

test('timestamp rules: begin with an early one, then text', () => {
  expect(allowed([])).toEqual([4, 5, 6]);
  expect(allowed([5])).toEqual([0, 1, 2, 3]);
});

test('timestamp rules: rising, in pairs, with text between', () => {
  expect(allowed([5, 0])).toEqual([0, 1, 2, 3, 6, 7, 8, 9]);
  expect(allowed([5, 0, 7])).toEqual([3, 7, 8, 9]);
  expect(allowed([5, 0, 7, 7])).toEqual([0, 1, 2, 3]);
});

test('timestamp rules: when they are likelier together than any text, one comes', () => {
  expect(allowed([5, 0], logits(0, 0, 0, 0, 9, 9, 9, 9, 9, 9))).toEqual([6, 7, 8, 9]);
});
