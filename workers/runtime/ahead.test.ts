import { expect, test } from 'vitest';
import { Ahead, type Run } from './ahead';

/** A decoder of texts whose likeliest token is always one more than the last, in each row. */
function counting() {
  const runs: { from: string; tokens: readonly number[]; most: number }[] = [];
  const goOn = (from: string, tokens: readonly number[], most: number): Promise<Run<string, string>> => {
    runs.push({ from, tokens, most });
    const given = Array.from({ length: Math.min(most, 3) }, (_, i) => tokens.map((token) => token + i));
    return Promise.resolve({
      steps: given.map((own) => ({ given: own, step: `after ${own.join()}` })),
      stateAfter: (steps) => `${from} ${given.slice(0, steps).join(' ')}`.trim()
    });
  };
  return { runs, ahead: new Ahead('', goOn) };
}

test('what was guessed is there already; the next run goes on after it', async () => {
  const { runs, ahead } = counting();
  for (const token of [5, 6, 7, 8]) expect(await ahead.step([token], 9)).toBe(`after ${token}`);
  expect(runs).toEqual([
    { from: '', tokens: [5], most: 9 },
    { from: '5 6 7', tokens: [8], most: 9 }
  ]);
});

test('after another token than was guessed a run begins anew, from what was given', async () => {
  const { runs, ahead } = counting();
  await ahead.step([5], 4);
  await ahead.step([6], 3);
  expect(await ahead.step([1], 2)).toBe('after 1');
  expect(runs.at(-1)).toEqual({ from: '5 6', tokens: [1], most: 2 });
  expect(await ahead.step([2], 1)).toBe('after 2');
  expect(runs).toHaveLength(2);
});

test('so it does after a change of the state', async () => {
  const { runs, ahead } = counting();
  await ahead.step([5, 8], 4);
  expect(await ahead.step([6], 3, (state) => `first of (${state})`)).toBe('after 6');
  expect(runs.at(-1)).toEqual({ from: 'first of (5,8)', tokens: [6], most: 3 });
});
