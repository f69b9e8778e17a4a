/** The real engine with its real voices. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { LANGUAGES, type Lang, type Speech } from '../contract';
import { fetchFromDisk, MODEL_BASE } from '../runtime/testing';
import { loadEspeak, type Espeak } from './engines/espeak';
import { espeakFile } from './espeak.testing';
import { synthesize } from './synthesize';

const SENTENCES: Record<Lang, string> = {
  fr: "Il fait beau aujourd'hui, n'est-ce pas ?",
  en: 'The weather is lovely today, isn’t it?',
  es: '¿Hace buen tiempo hoy, verdad?',
  de: 'Das Wetter ist heute schön, nicht wahr?',
  pt: 'Hoje está bom tempo, não está?',
  it: 'Oggi fa bel tempo, vero?',
  pl: 'Dziś jest ładna pogoda, prawda?',
  tr: 'Bugün hava güzel, değil mi?',
  ru: 'Сегодня хорошая погода, правда?',
  nl: 'Het is mooi weer vandaag, toch?',
  cs: 'Dnes je hezky, že ano?',
  ar: 'الطقس جميل اليوم، أليس كذلك؟',
  zh: '今天天气很好，对吧？',
  ja: 'きょうは いい てんき ですね。',
  hu: 'Ma szép az idő, ugye?',
  ko: '오늘 날씨가 좋네요, 그렇죠?'
};

const seconds = ({ audio }: Speech) => audio.samples.length / audio.sampleRateHz;
const peakOf = (samples: Float32Array) => samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
const letters = (text: string) => text.replace(/\s/gu, '');

describe('eSpeak NG', { timeout: 120_000 }, () => {
  let espeak: Espeak;
  beforeAll(async () => {
    vi.stubGlobal('fetch', fetchFromDisk({ espeak: espeakFile }));
    const bytes: number[] = [];
    espeak = await loadEspeak(`${MODEL_BASE}espeak/`, (loaded) => bytes.push(loaded));
    expect(bytes.at(-1)).toBeGreaterThan(800_000);
  }, 120_000);

  test.each(LANGUAGES)('speaks %s, at an even level, with the times of its words', async (language) => {
    const text = SENTENCES[language];
    const speech = await synthesize(text, language, espeak);
    expect(speech.fidelity).toBe('stock');
    expect(speech.model).toMatch(/^espeak-ng\/[a-z-]+$/);
    expect(speech.audio.sampleRateHz).toBe(22050);
    expect(seconds(speech)).toBeGreaterThan(1);
    expect(seconds(speech)).toBeLessThan(8);
    expect(peakOf(speech.audio.samples)).toBeGreaterThan(0.4);
    expect(peakOf(speech.audio.samples)).toBeLessThanOrEqual(0.892);

    // Every letter of the text is in a word, and the words follow one another inside the sound.
    expect(letters(speech.words.map((word) => word.text).join(''))).toBe(letters(text));
    let before = 0;
    for (const { startMs, endMs } of speech.words) {
      expect(startMs).toBeGreaterThanOrEqual(before);
      expect(endMs).toBeGreaterThanOrEqual(startMs);
      before = startMs;
    }
    expect(before).toBeGreaterThan(300);
    expect(speech.words.at(-1)?.endMs).toBeLessThanOrEqual(1000 * seconds(speech));
  });

  test('languages sound different: no voice was silently kept', async () => {
    const heard = new Set<number>();
    for (const language of LANGUAGES)
      heard.add((await synthesize('Berlin Paris', language, espeak)).audio.samples.length);
    expect(heard.size).toBe(LANGUAGES.length);
  });

  test('what looks like a command is text', async () => {
    const plain = await synthesize('We read b bold b here', 'en', espeak);
    const tagged = await synthesize('We read <b>bold</b> here', 'en', espeak);
    expect(seconds(tagged)).toBeGreaterThan(0.8 * seconds(plain));
    expect(tagged.words.map((word) => word.text)).toEqual(['We', 'read', '<b>bold</b>', 'here']);
    const phonemes = await synthesize('He said [[h@l@U]] twice &amp; left', 'en', espeak);
    expect(phonemes.words.map((word) => word.text)).toContain('[[h@l@U]]');
    expect(seconds(phonemes)).toBeGreaterThan(2.5);
  });

  test('faces and rewritten numbers do not move the words behind them', async () => {
    const { words } = await synthesize('Grüße 🙂 um 1984 und tschüss', 'de', espeak);
    expect(words.map((word) => word.text)).toEqual(['Grüße', '🙂', 'um', '1984', 'und', 'tschüss']);
    const length = (i: number) => (words[i]?.endMs ?? 0) - (words[i]?.startMs ?? 0);
    expect(length(3)).toBeGreaterThan(2 * length(4));
  });

  test('a long text is spoken whole, in order, with true fractions and pauses between lines', async () => {
    const line = 'Today is a good day to write one more sentence. '.repeat(30).trim();
    const fractions: number[] = [];
    const short = await synthesize(line, 'en', espeak);
    const speech = await synthesize(`${line}\n\n${line}`, 'en', espeak, (fraction) =>
      fractions.push(fraction)
    );
    expect(speech.words).toHaveLength(2 * short.words.length);
    expect(seconds(speech)).toBeGreaterThan(2 * seconds(short) + 0.3);
    expect(fractions.every((fraction, i) => fraction >= (fractions[i - 1] ?? 0) && fraction <= 1)).toBe(true);
    expect(fractions.length).toBeGreaterThan(50);
    expect(fractions.at(-1)).toBeGreaterThan(0.98);
    const gaps = speech.words.map(({ startMs }, i) => startMs - (speech.words[i - 1]?.endMs ?? startMs));
    expect(gaps[short.words.length]).toBeGreaterThan(500);
  });

  test.each([
    ['', 'input/invalid'],
    [' \n ', 'input/invalid'],
    ['…', 'synthesize/failed']
  ])('%j is a coded error', async (text, code) => {
    await expect(synthesize(text, 'en', espeak)).rejects.toMatchObject({ code });
  });
});

test('without the voices’ data there is a coded error', async () => {
  vi.stubGlobal('fetch', fetchFromDisk({}));
  await expect(loadEspeak(`${MODEL_BASE}espeak/`)).rejects.toMatchObject({ code: 'model/missing' });
});
