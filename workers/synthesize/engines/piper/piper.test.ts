/** Piper on the fixture's random weights with eSpeak NG's phonemes, and the parts around the model. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Lang } from '../../../contract';
import type { Fetched, Feeds, Session } from '../../../runtime';
import { floats } from '../../../runtime';
import { FIXTURES, fetchFromDisk, MODEL_BASE, nodeConfig } from '../../../runtime/testing';
import { synthesize } from '../../synthesize';
import { espeakFile } from '../../espeak.testing';
import { loadEspeak, type Espeak } from '../espeak';
import { clausesOf } from './clauses';
import { readConfig, type PiperConfig } from './config';
import { PhonemeIds } from './phonemeIds';
import { loadPiper, Piper } from './piper';
import { runsOf } from './runs';
import { wordMarks } from '../../wordMarks';

const present = existsSync(join(FIXTURES, 'piper/onnx/model.onnx'));
if (!present) console.warn('tests/fixtures/models/piper is not here: the base voice does not speak');

let espeak: Espeak;
beforeAll(async () => {
  vi.stubGlobal('fetch', fetchFromDisk({ fixtures: FIXTURES, 'espeak-ng': espeakFile }));
  espeak = await loadEspeak(`${MODEL_BASE}espeak-ng/`);
}, 60_000);
afterAll(() => vi.unstubAllGlobals());

const CONFIG: PiperConfig = readConfig(
  present
    ? JSON.parse(readFileSync(join(FIXTURES, 'piper/config.json'), 'utf8'))
    : {
        audio: { sample_rate: 22050 },
        espeak: { voice: 'en-us' },
        phoneme_id_map: { _: [0], '^': [1], $: [2] }
      },
  'the fixture'
);

const pronounced = (text: string, voice: string) => espeak.complete(() => espeak.phonemes(text, voice));

describe('eSpeak NG’s phonemes', () => {
  test.each([
    ['fr', 'Bonjour', 'bɔ̃ʒˈuʁ'],
    ['en-us', 'the hour', 'ðɪ ˈaʊɚ'],
    ['de', 'Straße', 'ʃtɾˈɑːsə'],
    ['pt-br', 'obrigado', 'ˌobriɡˈadʊ']
  ])('%s: %s', async (voice, text, phonemes) => {
    expect(await pronounced(text, voice)).toBe(phonemes);
  });

  test('words of another language are marked for eSpeak alone; commands are text', async () => {
    expect(await pronounced('Computer', 'de')).not.toMatch(/[()_]/u);
    expect(await pronounced('[[h@l@U]]', 'en-us')).not.toBe(await pronounced('hello', 'en-us'));
  });

  test('a voice that eSpeak does not have is a coded error', async () => {
    await expect(pronounced('ok', 'xx-none')).rejects.toMatchObject({ code: 'synthesize/failed' });
  });

  test('every language has the voice that Piper’s voices ask for', async () => {
    const asked = [
      'en',
      'en-us',
      'fr',
      'es',
      'de',
      'pt-br',
      'it',
      'pl',
      'tr',
      'ru',
      'nl',
      'cs',
      'ar',
      'cmn',
      'hu'
    ];
    for (const voice of asked) expect(await pronounced('1', voice), voice).not.toBe('');
  });
});

describe('clauses', () => {
  const said = (text: string, language: Lang) =>
    clausesOf(text, language).map((sentence) => sentence.map(({ text, mark }) => `${text.trim()}${mark}`));

  test('end at marks, which stay; sentences stand apart', () => {
    expect(said('Yes, at 8:30; no: 3,5. “Why?” Go!', 'en')).toEqual([
      ['Yes,', 'at 8:30;', 'no:', '3,5.'],
      ['“Why?'],
      ['Go!']
    ]);
    expect(said('Ça va ? Oui — très bien', 'fr')).toEqual([['Ça va?'], ['Oui;', 'très bien']]);
    expect(said('你好，今天很好。再见！', 'zh')).toEqual([['你好,', '今天很好.'], ['再见!']]);
    expect(said('مرحبا، كيف حالك؟', 'ar')).toEqual([['مرحبا,', 'كيف حالك?']]);
    expect(said('Wait… what?!', 'en').flat()).toEqual(['Wait;', 'what?']);
    expect(said('…', 'en')).toEqual([]);
  });

  test('know their place in the text', () => {
    const text = 'One, two. Three: four';
    for (const { text: clause, start } of clausesOf(text, 'en').flat())
      expect(text.slice(start, start + clause.length)).toBe(clause);
  });
});

describe('phonemes as numbers', () => {
  const ids = new PhonemeIds(
    new Map([
      ['_', [0]],
      ['^', [1]],
      ['$', [2]],
      ['a', [3]],
      ['ɪ', [4]],
      ['aɪ', [5]],
      ['c', [6]],
      ['\u0327', [7]]
    ])
  );

  test('are padded, with a beginning and an end; accents are apart, pairs that are known are one', () => {
    expect(ids.encode('a')).toEqual([1, 0, 3, 0, 2]);
    expect(ids.encode('aɪɪ')).toEqual([1, 0, 5, 0, 4, 0, 2]);
    expect(ids.encode('ç')).toEqual([1, 0, 6, 0, 7, 0, 2]);
  });

  test('those that are not known are left out; nothing known is nothing', () => {
    expect(ids.encode('xax')).toEqual([1, 0, 3, 0, 2]);
    expect(ids.encode('xyz')).toEqual([]);
  });
});

describe('runs', () => {
  const pronounce = (words: string) => words.toLowerCase().replace(/[^a-z| ]/gu, '');

  test('are sentences with their marks', () => {
    const [first, second] = runsOf('One, two. Three | four', 'en', pronounce);
    expect(first?.phonemes).toBe('one, two.');
    expect(second?.phonemes).toBe('three, four');
    expect(first?.clauses.map((words) => words.map(({ at }) => at))).toEqual([[0], [5]]);
  });

  test.each([
    ['clauses', 'a clause of some length, '.repeat(60)],
    ['one endless clause', 'word '.repeat(300)],
    ['one endless word', 'x'.repeat(1500)]
  ])('of a long sentence of %s are short, and nothing is lost', (_, text) => {
    const runs = runsOf(text, 'en', pronounce);
    const letters = (s: string) => s.replace(/[^a-z]/gu, '');
    expect(letters(runs.map(({ phonemes }) => phonemes).join(''))).toBe(letters(text));
    for (const { phonemes } of runs) expect(phonemes.length).toBeLessThan(320);
    expect(runs.slice(0, -1).every(({ pauseMs }) => pauseMs === 0)).toBe(true);
  });
});

describe('when words are spoken', () => {
  const rate = 1000;
  /** Stretches of sound and silence by turns, in seconds. */
  function sound(...lengths: number[]): Float32Array {
    return Float32Array.from(
      lengths.flatMap((seconds, i) =>
        Array.from({ length: Math.round(seconds * rate) }, (_, n) => (i % 2 === 0 ? 0.3 * Math.sin(n) : 0))
      )
    );
  }
  const words = (...weights: number[]) => weights.map((weight, i) => ({ at: 10 * i, weight }));
  const times = (clauses: { at: number; weight: number }[][], samples: Float32Array) =>
    wordMarks(clauses, samples, rate).map(({ timeMs }) => timeMs);

  test('they share the sound by their phonemes', () => {
    const found = times([words(1, 3)], sound(2));
    expect(found[0]).toBeCloseTo(0, -1);
    expect(found[1]).toBeCloseTo(500, -2);
  });

  test('a clause begins behind the pause that is nearest to where it would', () => {
    // By weight alone the second would begin in the middle of the speech, at 1 s.
    const found = times([words(2, 2), words(4)], sound(0.9, 0.4, 1.1));
    expect(found[2]).toBeCloseTo(1300, -2);
    expect(found[1]).toBeCloseTo(450, -2);
  });

  test('without a pause near it begins where it would; pauses within a clause are nobody’s', () => {
    expect(times([words(1), words(1)], sound(2))[1]).toBeCloseTo(1000, -2);
    const found = times([words(1, 1)], sound(0.5, 0.5, 1.5));
    expect(found[1]).toBeCloseTo(1500, -2);
  });

  test('in silence no word is heard', () => {
    expect(times([words(1)], new Float32Array(100))).toEqual([]);
  });
});

describe('a voice’s settings', () => {
  const file = {
    audio: { sample_rate: 16000 },
    espeak: { voice: 'fr' },
    phoneme_id_map: { _: [0], '^': [1], $: [2], a: [3] }
  };

  test('have Piper’s own scales where they name none', () => {
    expect(readConfig(file, 'v')).toMatchObject({
      sampleRateHz: 16000,
      espeakVoice: 'fr',
      scales: { noise: 0.667, length: 1, noiseW: 0.8 }
    });
  });

  test.each([
    ['pinyin instead of phonemes', { ...file, phoneme_type: 'pinyin' }],
    ['no end', { ...file, phoneme_id_map: { _: [0], '^': [1] } }],
    ['no rate', { ...file, audio: {} }],
    ['not an object', []]
  ])('%s: a coded error that names the voice', (_, wrong) => {
    expect(() => readConfig(wrong, 'some/voice/')).toThrow(
      expect.objectContaining({ code: 'model/load-failed', message: expect.stringContaining('some/voice/') })
    );
  });
});

describe('a run of the model', () => {
  const name = { voice: 'some', folder: 'http://models.test/some/' };
  let fed: Feeds = {};
  function session(samples: Float32Array, inputNames = ['input', 'input_lengths', 'scales']): Session {
    return {
      inputNames,
      outputNames: ['output'],
      inputShape: () => undefined,
      run: async (feeds): Promise<Fetched> => {
        fed = feeds;
        return { output: floats(samples, [1, 1, 1, samples.length]) };
      },
      release: async () => undefined
    };
  }
  const loud = Float32Array.from({ length: 2000 }, (_, i) => 0.3 * Math.sin(i));

  test('gets the phonemes, how many, the voice’s scales, and a speaker where there are several', async () => {
    await new Piper(session(loud), CONFIG, espeak, name).say('Hi.', 'en');
    expect(fed.input?.dims).toEqual([1, fed.input?.data.length]);
    expect([...(fed.input_lengths?.data as BigInt64Array)]).toEqual([BigInt(fed.input?.data.length ?? 0)]);
    expect([...(fed.scales?.data as Float32Array)].map((x) => Number(x.toFixed(3)))).toEqual([0.667, 1, 0.8]);
    expect(fed.sid).toBeUndefined();
    const several = session(loud, ['input', 'input_lengths', 'scales', 'sid']);
    await new Piper(several, CONFIG, espeak, name).say('Hi.', 'en');
    expect([...(fed.sid?.data as BigInt64Array)]).toEqual([0n]);
  });

  test.each([
    ['nothing', new Float32Array(0)],
    ['numbers that are none', Float32Array.of(0.1, NaN)]
  ])('that gives %s is a coded error that names the voice', async (_, samples) => {
    await expect(new Piper(session(samples), CONFIG, espeak, name).say('Hi.', 'en')).rejects.toMatchObject({
      code: 'model/run-failed',
      message: expect.stringContaining('some/')
    });
  });
});

describe.skipIf(!present)('the fixture', { timeout: 60_000 }, () => {
  let voice: Piper;
  beforeAll(async () => {
    const where = { folder: `${MODEL_BASE}fixtures/piper/`, name: 'en_US-timbre-medium' };
    voice = await loadPiper(where, espeak, nodeConfig());
  }, 60_000);

  const seconds = ({ audio }: { audio: { samples: Float32Array; sampleRateHz: number } }) =>
    audio.samples.length / audio.sampleRateHz;

  test('speaks at its own rate, longer texts longer, every word in its turn', async () => {
    const short = await synthesize('Hello.', 'en', voice);
    const text = 'The train is late, I will be there at 8:30. Is that all right? See you!';
    const long = await synthesize(text, 'en', voice);
    expect(short.model).toBe('piper/en_US-timbre-medium');
    expect(short.fidelity).toBe('stock');
    expect(short.audio.sampleRateHz).toBe(22_050);
    expect(seconds(long)).toBeGreaterThan(4 * seconds(short));
    expect(long.words.map(({ text: word }) => word)).toEqual(text.split(' '));
    long.words.forEach(({ startMs, endMs }, i) => {
      expect(startMs).toBeGreaterThanOrEqual(long.words[i - 1]?.startMs ?? 0);
      expect(endMs).toBeGreaterThanOrEqual(startMs);
      expect(endMs).toBeLessThanOrEqual(1000 * seconds(long) + 1);
    });
    // “8:30” is said as three words.
    const length = (i: number) => (long.words[i]?.endMs ?? 0) - (long.words[i]?.startMs ?? 0);
    expect(length(9)).toBeGreaterThan(length(8));
  });

  test('a long text is told in true fractions', async () => {
    const fractions: number[] = [];
    const text = 'Today is a good day to write. '.repeat(12);
    await synthesize(text, 'en', voice, (fraction) => fractions.push(fraction));
    expect(fractions).toHaveLength(12);
    expect(fractions.every((fraction, i) => fraction > (fractions[i - 1] ?? 0) && fraction <= 1)).toBe(true);
  });

  test('what has nothing to say is a coded error', async () => {
    await expect(synthesize('…', 'en', voice)).rejects.toMatchObject({ code: 'synthesize/failed' });
  });

  test.each([
    ['is not here', 'fixtures/none/', 'model/missing'],
    ['is of another kind', 'fixtures/marian/', 'model/load-failed']
  ])('a voice that %s is a coded error', async (_, folder, code) => {
    const where = { folder: `${MODEL_BASE}${folder}`, name: 'none' };
    await expect(loadPiper(where, espeak, nodeConfig())).rejects.toMatchObject({ code });
  });
});
