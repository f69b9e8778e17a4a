/** The parts around the engine: stretches, words, level, the own voice. */
import { describe, expect, test } from 'vitest';
import type { Audio, Speech, VoiceConditioning } from '../contract';
import { audibleRange, normaliseLevel, spokenRms } from './level';
import { inOwnVoice, type OwnVoiceEngine } from './ownVoice';
import { stretchesOf } from './stretches';
import { timeWords, wordsOf } from './words';

describe('stretches', () => {
  test('lines are apart, sentences stay together, nothing is lost', () => {
    const text = 'First line. It has two sentences.\n\n  Second line.\r\nThird';
    const stretches = stretchesOf(text, 'en');
    expect(stretches.map((stretch) => stretch.text.trim())).toEqual([
      'First line. It has two sentences.',
      'Second line.',
      'Third'
    ]);
    for (const { text: part, start } of stretches) expect(text.slice(start, start + part.length)).toBe(part);
  });

  test.each([
    ['sentences', 'A sentence of some length, as people write. '.repeat(60)],
    ['one endless sentence', 'word '.repeat(500)],
    ['one endless word', 'x'.repeat(2000)]
  ])('a long line of %s is cut', (_, text) => {
    const stretches = stretchesOf(text, 'en');
    expect(stretches.map((stretch) => stretch.text).join('')).toBe(text);
    expect(stretches.every((stretch) => stretch.text.length <= 601)).toBe(true);
  });

  test('no text, no stretch', () => {
    expect(stretchesOf('  \n ', 'en')).toEqual([]);
  });
});

describe('words', () => {
  const texts = (text: string, language: 'fr' | 'es' | 'zh') =>
    wordsOf(text, language).map((word) => word.text);

  test('punctuation goes with its word', () => {
    expect(texts('Ça va ? « Oui » — non.', 'fr')).toEqual(['Ça', 'va ? «', 'Oui » —', 'non.']);
    expect(texts('— ¡Hola!', 'es')).toEqual(['— ¡Hola!']);
    expect(texts('今天，很好。', 'zh').join('')).toBe('今天，很好。');
    expect(texts('…', 'fr')).toEqual([]);
  });

  test('begin at their marks; those without share the time by length', () => {
    const words = wordsOf('one fourteen two', 'en');
    const marks = [
      { at: 0, timeMs: 0 },
      { at: 13, timeMs: 1100 }
    ];
    expect(timeWords(words, marks, 1500)).toEqual([
      { text: 'one', startMs: 0, endMs: 300 },
      { text: 'fourteen', startMs: 300, endMs: 1100 },
      { text: 'two', startMs: 1100, endMs: 1500 }
    ]);
  });

  test('several marks in a word: the first counts; marks never go back', () => {
    const words = wordsOf('in 1984 yes', 'en');
    const marks = [0, 3, 4, 4, 8].map((at, i) => ({ at, timeMs: 100 * i }));
    expect(timeWords(words, marks, 900).map(({ startMs }) => startMs)).toEqual([0, 100, 400]);
    const wild = [8, 0, 20].map((at, i) => ({ at, timeMs: 100 * i }));
    const timed = timeWords(words, wild, 900);
    expect(timed.every(({ startMs, endMs }) => startMs <= endMs && endMs <= 900)).toBe(true);
  });
});

describe('level', () => {
  const tone = (amplitude: number, seconds: number) =>
    Float32Array.from({ length: seconds * 8000 }, (_, i) => amplitude * Math.sin(i / 3));

  test('quiet and loud speech come out alike; pauses do not count', () => {
    const outputs = [0.01, 0.9].map((amplitude) => {
      const samples = new Float32Array(16000);
      samples.set(tone(amplitude, 1));
      normaliseLevel(samples, 8000);
      return 20 * Math.log10(spokenRms(samples, 8000));
    });
    for (const level of outputs) expect(level).toBeCloseTo(-16, 1);
  });

  test('peaks are never above −1 dB', () => {
    const samples = tone(0.01, 1);
    samples[4000] = 0.5;
    normaliseLevel(samples, 8000);
    expect(samples[4000]).toBeCloseTo(10 ** (-1 / 20), 4);
  });

  test('silence stays silence', () => {
    const samples = new Float32Array(100);
    normaliseLevel(samples, 8000);
    expect(samples.every((x) => x === 0)).toBe(true);
    expect(audibleRange(samples)).toBeUndefined();
  });

  test('where it is audible', () => {
    expect(audibleRange(Float32Array.of(0, 0, 0.1, 0, -0.2, 0))).toEqual({ first: 2, end: 5 });
    expect(audibleRange(Float32Array.of(0.5, 0, 0.1, 0), 1, 4)).toEqual({ first: 2, end: 3 });
  });
});

describe('the own voice', () => {
  const speech: Speech = {
    audio: { samples: new Float32Array(1000), sampleRateHz: 1000 },
    fidelity: 'stock',
    model: 'base/en',
    words: [{ text: 'hi', startMs: 100, endMs: 500 }]
  };
  const voice = (engines: Record<string, unknown>): VoiceConditioning => ({
    profileId: 'me',
    centroid: new Float32Array(192),
    engines
  });
  const engine = (convert: () => Promise<Audio>): OwnVoiceEngine => ({
    name: 'own',
    fidelity: 'cloned',
    converter: { convert }
  });
  const longer = async () => ({ samples: new Float32Array(2000), sampleRateHz: 1000 });

  test('without a voice, or with a voice that no engine here knows, it is stock and says so', async () => {
    expect((await inOwnVoice(speech, undefined, [engine(longer)])).fidelity).toBe('stock');
    expect((await inOwnVoice(speech, voice({ other: 1 }), [engine(longer)])).fidelity).toBe('stock');
    expect((await inOwnVoice(speech, voice({ own: 1 }), [])).fidelity).toBe('stock');
  });

  test('by the engine that knows it; the words’ times go with the new length', async () => {
    const own = await inOwnVoice(speech, voice({ own: 1 }), [engine(longer)]);
    expect(own).toMatchObject({
      fidelity: 'cloned',
      model: 'base/en + own',
      words: [{ text: 'hi', startMs: 200, endMs: 1000 }]
    });
  });

  test('an engine that fails is an error, not a stock voice', async () => {
    const fails = engine(() => Promise.reject(new Error('no memory')));
    await expect(inOwnVoice(speech, voice({ own: 1 }), [fails])).rejects.toThrow('no memory');
  });
});
