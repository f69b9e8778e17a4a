import { expect, test } from 'vitest';
import type { Lang } from '../contract';
import type { HeardWindow, RecogniseOptions } from './engines/whisper/recogniser';
import { VAD_HOP } from './engines/silero';
import type { WindowWord } from './engines/whisper';
import { transcribe, type Ears } from './transcribe';

const RATE = 16000;

/**
 * Ears for made-up audio in which every second of speech is one word: sample values say which. The fake
 * hears only words that lie whole in its window, as a recogniser does.
 */
function fakeEars(
  windowSeconds = 5,
  said: (index: number) => string = (index) => `w${index}`
): Ears & { windows: number[] } {
  const windows: number[] = [];
  const heardSamples = new WeakMap<HeardWindow, Float32Array>();
  return {
    windows,
    model: 'test/whisper',
    vad: {
      probabilities: async (samples) =>
        Float32Array.from({ length: Math.ceil(samples.length / VAD_HOP) }, (_, i) =>
          (samples[i * VAD_HOP] ?? 0) > 0 ? 0.9 : 0.05
        )
    },
    whisper: {
      windowSeconds,
      checkLanguage: () => undefined,
      async hear(samples) {
        windows.push(samples.length / RATE);
        const window = { durationMs: (1000 * samples.length) / RATE } as HeardWindow;
        heardSamples.set(window, samples);
        return window;
      },
      guessLanguages: async () => [
        { language: 'fr', probability: 0.8 },
        { language: 'en', probability: 0.2 }
      ],
      async recognise(window: HeardWindow, options: RecogniseOptions) {
        const samples = heardSamples.get(window) ?? new Float32Array();
        const words: WindowWord[] = [];
        for (let at = 0; at < samples.length;) {
          const value = samples[at] ?? 0;
          let to = at;
          while (to < samples.length && samples[to] === value) to++;
          if (value > 0 && to - at >= 0.8 * RATE) {
            words.push({
              text: ` ${said(Math.round(value))}`,
              startMs: at / 16,
              endMs: to / 16,
              confidence: 0.9,
              tokens: 1
            });
          }
          at = to;
        }
        options.onPartial?.(words.map((word) => word.text).join(''));
        return { words, meanLogProb: -0.1, noSpeech: 0, trusted: true };
      }
    }
  };
}

/** Seconds of speech (each its own word) and of silence (null). */
function audioOf(parts: (number | null)[]) {
  const samples = new Float32Array(parts.length * RATE);
  parts.forEach((word, i) => samples.fill(word ?? 0, i * RATE, (i + 1) * RATE));
  return { samples, sampleRateHz: RATE };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

test('silence gives an empty transcript with confidence 0', async () => {
  const ears = fakeEars();
  const result = await transcribe(audioOf([null, null, null]), ears, {});
  expect(result).toMatchObject({
    text: '',
    confidence: 0,
    segments: [],
    languageGuesses: [],
    durationMs: 3000,
    source: 'whisper'
  });
  expect(ears.windows).toEqual([]);
  expect((await transcribe({ samples: new Float32Array(), sampleRateHz: RATE }, ears, {})).text).toBe('');
});

test('a short message: text, language with its probability, words in time, confidence', async () => {
  const result = await transcribe(audioOf([null, null, 1, 2, null, null]), fakeEars(), {});
  expect(result.text).toBe('w1 w2');
  expect(result.language).toBe('fr');
  expect(result.languageGuesses[0]).toEqual({ language: 'fr', probability: 0.8 });
  expect(result.confidence).toBeCloseTo(0.9);
  expect(result.model).toBe('test/whisper');
  const [first, second] = result.segments[0]?.words ?? [];
  expect(Math.abs((first?.startMs ?? 0) - 2000)).toBeLessThan(50);
  expect(Math.abs((second?.endMs ?? 0) - 4000)).toBeLessThan(50);
});

test('a given language is not guessed', async () => {
  const result = await transcribe(audioOf([1, 2]), fakeEars(), { language: 'de' });
  expect(result).toMatchObject({ language: 'de', languageGuesses: [] });
});

test('many minutes with pauses come out whole, once, and in order', async () => {
  const parts: (number | null)[] = [];
  for (const word of range(1, 200))
    parts.push(word, ...(word % 7 === 0 ? [null] : []), ...(word % 3 === 0 ? [null, null] : []));
  const ears = fakeEars(15);
  const result = await transcribe(audioOf(parts), ears, {});
  expect(result.text).toBe(range(1, 200).map((word) => `w${word}`).join(' ')); // prettier-ignore
  expect(Math.max(...ears.windows)).toBeLessThanOrEqual(15);
});

test('speech without a pause is cut with an overlap, and comes out whole and once', async () => {
  const ears = fakeEars(5);
  const result = await transcribe(audioOf(range(1, 40)), ears, {});
  expect(result.text).toBe(range(1, 40).map((word) => `w${word}`).join(' ')); // prettier-ignore
  expect(ears.windows.length).toBeGreaterThan(8);
});

test('progress rises to 1 and partial text grows', async () => {
  const fractions: number[] = [];
  const partial: string[] = [];
  await transcribe(audioOf([1, 2, null, null, null, 3, 4]), fakeEars(), {}, {
    onFraction: (fraction) => fractions.push(fraction),
    onPartial: (text) => partial.push(text)
  }); // prettier-ignore
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);
  expect(partial).toEqual(['w1 w2', 'w1 w2 w3 w4']);
});

test('a stock phrase with little to speak for it is left out, what surrounds it stays', async () => {
  const phrase = (index: number) => ['Hello.', 'Subtitles by the Amara.org community.'][index - 1] ?? '';
  const ears = fakeEars(5, phrase);
  const weak: Ears = {
    ...ears,
    whisper: {
      ...ears.whisper,
      recognise: async (window, options) => {
        const text = await ears.whisper.recognise(window, options);
        return {
          ...text,
          words: text.words.map((word) => (word.text.includes('Amara') ? { ...word, confidence: 0.3 } : word))
        };
      }
    }
  };
  expect((await transcribe(audioOf([1, null, null, 2]), weak, {})).text).toBe('Hello.');
});

test('languages without spaces get none', async () => {
  const result = await transcribe(
    audioOf([1, null, null, null, 2]),
    { ...fakeEars(5, (i) => ['今日は', '明日も'][i - 1] ?? '') },
    { language: 'ja' }
  );
  expect(result.text.replace(/ /g, '')).toBe('今日は明日も');
});

test('other rates and unknown languages are refused before any work', async () => {
  const ears = fakeEars();
  await expect(
    transcribe({ samples: new Float32Array(10), sampleRateHz: 44100 }, ears, {})
  ).rejects.toMatchObject({ code: 'input/invalid' });
  const refusing: Ears = {
    ...ears,
    whisper: {
      ...ears.whisper,
      checkLanguage: (language: Lang) => {
        throw new Error(language);
      }
    }
  };
  await expect(transcribe(audioOf([1]), refusing, { language: 'hu' })).rejects.toThrow('hu');
  expect(ears.windows).toEqual([]);
});

test('a window is told the glossary, and what was said before it where that is to be trusted', async () => {
  const ears = fakeEars(5);
  const told: { glossary: unknown; previous: string | undefined; beams: unknown }[] = [];
  const watched: Ears = {
    ...ears,
    whisper: {
      ...ears.whisper,
      async recognise(window, options) {
        told.push({ glossary: options.glossary, previous: options.previous, beams: options.beams });
        return { ...(await ears.whisper.recognise(window, options)), trusted: told.length !== 2 };
      }
    }
  };
  await transcribe(
    audioOf([1, 2, null, null, 3, null, null, 4, null, null, 5]),
    watched,
    { language: 'en', glossary: ['Zoë'], beams: 3 }
  ); // prettier-ignore
  expect(told.map(({ previous }) => previous?.trim())).toEqual(['', 'w1 w2', '', 'w4']);
  expect(told[0]).toMatchObject({ glossary: ['Zoë'], beams: 3 });
});

test('what two windows both hear is not told to the second', async () => {
  const ears = fakeEars(5);
  const told: string[] = [];
  const watched: Ears = {
    ...ears,
    whisper: {
      ...ears.whisper,
      recognise(window, options) {
        told.push(options.previous ?? '');
        return ears.whisper.recognise(window, options);
      }
    }
  };
  const result = await transcribe(audioOf(range(1, 12)), watched, { language: 'en' });
  expect(result.text).toBe(range(1, 12).map((word) => `w${word}`).join(' ')); // prettier-ignore
  expect(told.slice(1).every((text) => text !== '')).toBe(true);
});
