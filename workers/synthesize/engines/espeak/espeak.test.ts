/** The compiled program and its packs: what is fetched when, and that no text brings it down. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LANGUAGES, type Lang } from '../../../contract';
import { fetchFromDisk, MODEL_BASE } from '../../../runtime/testing';
import { espeakFile, PLAIN_TUNING } from '../../espeak.testing';
import { loadEspeak } from './espeak';
import { DICTIONARIES, PACKS } from './packs';

const FOLDER = `${MODEL_BASE}espeak-ng/`;

/** Files that were asked for. */
let asked: string[];
/** Those that can't be reached. */
let away: string[];
beforeEach(() => {
  asked = [];
  away = [];
  const disk = fetchFromDisk({ 'espeak-ng': espeakFile });
  vi.stubGlobal('fetch', (url: string) => {
    const path = url.slice(FOLDER.length);
    asked.push(path);
    return away.includes(path) ? Promise.reject(new TypeError('offline')) : disk(url);
  });
});
afterEach(() => vi.unstubAllGlobals());

/** Of words that begin one after another. */
const isAscending = (times: number[]) => times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0));

describe('packs', () => {
  test('a language’s dictionary is fetched when it first speaks, and once; English is always here', async () => {
    const espeak = await loadEspeak(FOLDER);
    await espeak.say('Hello', 'en');
    expect(asked).toEqual(['espeak-ng.wasm', 'core.zip']);
    await espeak.say('Bonjour', 'fr');
    await espeak.say('Bonsoir', 'fr');
    await espeak.say('Hola', 'es');
    await espeak.say('Bonne nuit', 'fr');
    expect(asked.slice(2)).toEqual(['fr.zip', 'es.zip']);
  });

  test('so is that of another alphabet, which changes how its words are read', async () => {
    const espeak = await loadEspeak(FOLDER);
    const read = (text: string) => espeak.complete(() => espeak.phonemes(text, 'fr'));
    expect(await read('Καλημέρα')).toBe('kˌalimˈera');
    expect(asked.slice(2)).toEqual(['fr.zip', 'el.zip']);
  });

  test('one that can’t be reached is a coded error, and fetched when it is asked for again', async () => {
    const espeak = await loadEspeak(FOLDER);
    away = ['de.zip'];
    await expect(espeak.say('Guten Tag', 'de')).rejects.toMatchObject({ code: 'network/offline' });
    await expect(espeak.say('Good day', 'en')).resolves.toMatchObject({ sampleRateHz: 22050 });
    away = [];
    expect((await espeak.say('Guten Tag', 'de')).samples.length).toBeGreaterThan(10_000);
  });

  test('a damaged one is a coded error', async () => {
    vi.stubGlobal('fetch', fetchFromDisk({ 'espeak-ng': (path) => espeakFile(path)?.slice(0, 5000) }));
    await expect(loadEspeak(FOLDER)).rejects.toMatchObject({ code: 'model/load-failed' });
  });

  test('every language of the app has its own', async () => {
    const espeak = await loadEspeak(FOLDER);
    for (const language of LANGUAGES) await espeak.say('1', language);
    expect(asked.slice(2)).toHaveLength(LANGUAGES.length - 1);
    for (const name of DICTIONARIES) expect(espeakFile(`${name}.zip`)?.length, name).toBeGreaterThan(5000);
    expect(new Set(PACKS).size).toBe(PACKS.length);
  });
});

describe('a text', () => {
  const ALPHABETS =
    'Γειά Привет Բարև שלום مرحبا नमस्ते নমস্কার ਸਤ નમસ્તે ନମ வணக்கம் నమస్కారం ನಮಸ್ಕಾರ നമസ്കാരം ආයුබෝවන් สวัสดี ສະບາຍ བཀྲ မင်္ဂ გამარჯობა 안녕 ሰላም ⠓⠊ こんにちは 你好 𐑖𐑱𐑝';

  test.each(LANGUAGES)('in every alphabet is spoken whole in %s', async (language) => {
    const espeak = await loadEspeak(FOLDER);
    const { samples, marks } = await espeak.say(`1 ${ALPHABETS} 2`, language);
    expect(samples.length).toBeGreaterThan(22_050);
    expect(isAscending(marks.map(({ timeMs }) => timeMs))).toBe(true);
    // Each letter that it names moves the marks behind it a little.
    expect(marks.at(-1)?.at).toBeGreaterThan(0.8 * ALPHABETS.length);
  });

  test('is marked where its words stand, and its fractions rise', async () => {
    const espeak = await loadEspeak(FOLDER);
    const fractions: number[] = [];
    const text = '🙂 Guten Morgen, Welt';
    const { marks } = await espeak.say(text, 'de', (fraction) => fractions.push(fraction));
    expect(marks.map(({ at }) => text.slice(at).split(' ')[0])).toEqual(
      expect.arrayContaining(['Guten', 'Morgen,', 'Welt'])
    );
    expect(isAscending([-1, ...new Set(fractions)])).toBe(true);
  });

  test('is said by a tuned throat, and afterwards by the plain one again', async () => {
    const espeak = await loadEspeak(FOLDER);
    const tuning = { ...PLAIN_TUNING, pitchHz: 300, pitchRangeHz: 20, rate: 0.7 };
    const length = async (voice: { say: typeof espeak.say }, language: Lang) =>
      (await voice.say('one two three', language)).samples.length;
    const plain = await length(espeak, 'en');
    const slow = espeak.tuned(tuning) as { say: typeof espeak.say };
    expect(await length(slow, 'it')).toBeGreaterThan(1.2 * (await length(espeak, 'it')));
    expect(await length(slow, 'en')).toBeGreaterThan(1.2 * plain);
    expect(Math.abs((await length(espeak, 'en')) / plain - 1)).toBeLessThan(0.05);
    await expect(espeak.tuned({ ...tuning, variant: '../lang/en' }).say('a', 'en')).rejects.toMatchObject({
      code: 'input/invalid'
    });
  });
});

test('a program that breaks off is begun anew', async () => {
  const espeak = await loadEspeak(FOLDER);
  const breaks = () => {
    throw new WebAssembly.RuntimeError('unreachable');
  };
  await expect(espeak.complete(breaks)).rejects.toMatchObject({ code: 'synthesize/failed' });
  expect((await espeak.say('Hello', 'en')).samples.length).toBeGreaterThan(5000);
});
