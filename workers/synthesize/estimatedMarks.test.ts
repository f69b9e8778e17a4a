import { expect, test } from 'vitest';
import { estimatedMarks } from './estimatedMarks';

const RATE = 16_000;

/** Sound and silence in turn, in seconds. */
function speech(...seconds: number[]): { samples: Float32Array; sampleRateHz: number } {
  const samples = seconds.flatMap((length, part) =>
    Array.from({ length: Math.round(length * RATE) }, (_, i) =>
      part % 2 === 0 ? 0.3 * Math.sin(0.2 * i) : 0
    )
  );
  return { samples: Float32Array.from(samples), sampleRateHz: RATE };
}

test('words share what is heard by their letters', () => {
  const marks = estimatedMarks('One three four', 'en', speech(1.2));
  expect(marks.map(({ at }) => at)).toEqual([0, 4, 10]);
  expect(marks.map(({ timeMs }) => Math.round(timeMs / 10) * 10)).toEqual([0, 300, 800]);
});

test('a mark of punctuation is looked for at the pause that is nearest', () => {
  // By letters the comma would be at 0.6 s.
  const marks = estimatedMarks('Yes yes, and one', 'en', speech(0.5, 0.3, 0.7));
  expect(marks.map(({ at }) => at)).toEqual([0, 4, 9, 13]);
  expect(marks[2]?.timeMs).toBeGreaterThan(780);
  expect(marks[2]?.timeMs).toBeLessThan(820);
  expect(marks[1]?.timeMs).toBeLessThan(500);
});

test('a word does not begin within a pause that no mark stands for', () => {
  const [, second] = estimatedMarks('Yesyes andone', 'en', speech(0.5, 0.3, 0.5));
  expect(second?.timeMs).toBeGreaterThanOrEqual(790);
});

test('a number takes its time, and text without spaces has words, too', () => {
  const [, , after] = estimatedMarks('In 1984 we', 'en', speech(1));
  expect(after?.timeMs).toBeGreaterThan(800);
  expect(estimatedMarks('我们在车站见面。', 'zh', speech(1)).length).toBeGreaterThan(2);
});

test('nothing heard, or no word, has no marks', () => {
  expect(estimatedMarks('Hello', 'en', speech(0))).toEqual([]);
  expect(estimatedMarks('Hello', 'en', { samples: new Float32Array(RATE), sampleRateHz: RATE })).toEqual([]);
  expect(estimatedMarks(' … ', 'en', speech(1))).toEqual([]);
});
