/**
 * The starter models as anybody would load them: stock transformers.js, no code of the app's. Speech by the
 * app's own eSpeak NG, so this says that files, tokens and tensors fit together; how good the models are is in their cards.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { env, pipeline } from '@huggingface/transformers';
import type { Lang } from '$workers/contract';
import { resample } from '$workers/decode';
import { fetchFromDisk, MODEL_BASE } from '$workers/runtime/testing';
import { loadEspeak } from '$workers/synthesize/engines/espeak';
import { espeakFile } from '$workers/synthesize/espeak.testing';
import { synthesize } from '$workers/synthesize/synthesize';

const folder = dirname(fileURLToPath(import.meta.url));

/** One message of the grammar in six languages. */
const LATE = {
  en: "I'm running late, I'll be there in twenty minutes.",
  fr: "Je suis en retard, j'arrive dans vingt minutes.",
  es: 'Voy con retraso, llego en veinte minutos.',
  de: 'Ich verspäte mich, ich bin in zwanzig Minuten da.',
  it: 'Sono in ritardo, arrivo tra venti minuti.',
  pt: 'Estou com atraso, chego daqui a vinte minutos.'
} as const;
const LANGUAGES = ['en', 'fr', 'es', 'de', 'it', 'pt'] as const satisfies readonly Lang[];

/** The models that are here; one that is still being trained is not shipped. */
const MODELS = ['whisper', 'translation', 'speaker'].filter((name) => existsSync(join(folder, name, 'config.json')));
const has = (name: string) => MODELS.includes(name);

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}']+/gu) ?? [];

function sizeOf(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

beforeAll(() => {
  env.allowRemoteModels = false;
  env.localModelPath = `${folder}/`;
});

test('all together stay under 40 MB', () => {
  expect(sizeOf(folder)).toBeLessThan(40e6);
});

test.each(MODELS)('%s has a card with its figures', (name) => {
  expect(existsSync(join(folder, name, 'README.md'))).toBe(true);
  expect(existsSync(join(folder, name, 'figures.json'))).toBe(true);
});

describe('stock transformers.js', { timeout: 120_000 }, () => {
  test.skipIf(!has('whisper'))('recognises what eSpeak NG says', async () => {
    vi.stubGlobal('fetch', fetchFromDisk({ espeak: espeakFile }));
    const espeak = await loadEspeak(`${MODEL_BASE}espeak/`);
    const speeches = [];
    for (const language of LANGUAGES)
      speeches.push({ language, speech: await synthesize(LATE[language], language, espeak) });
    vi.unstubAllGlobals();
    const listen = await pipeline('automatic-speech-recognition', 'whisper', { dtype: 'q8' });
    let [found, asked] = [0, 0];
    for (const { language, speech } of speeches) {
      const samples = resample(speech.audio.samples, speech.audio.sampleRateHz, 16_000);
      const heard = await listen(samples, { language });
      const words = new Set(wordsOf(Array.isArray(heard) ? '' : heard.text));
      const expected = wordsOf(LATE[language]);
      found += expected.filter((word) => words.has(word)).length;
      asked += expected.length;
    }
    expect(found / asked).toBeGreaterThan(0.7);
  });

  test.skipIf(!has('whisper'))('has no words for noise', async () => {
    const listen = await pipeline('automatic-speech-recognition', 'whisper', { dtype: 'q8' });
    let seed = 1;
    const noise = Float32Array.from({ length: 48_000 }, () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return (seed / 2 ** 30 - 1) * 0.1;
    });
    const heard = await listen(noise, { language: 'en' });
    expect(wordsOf(Array.isArray(heard) ? '' : heard.text)).toEqual([]);
  });

  test.skipIf(!has('translation'))('translates in all thirty directions', async () => {
    const translate = await pipeline('translation', 'translation', { dtype: 'q8' });
    const wrong: string[] = [];
    for (const from of LANGUAGES) {
      for (const to of LANGUAGES.filter((language) => language !== from)) {
        // The library's types leave out the languages that its translators take.
        const languages: object = { src_lang: from, tgt_lang: to };
        const [first] = [await translate(LATE[from], languages)].flat();
        const text = first && 'translation_text' in first ? first.translation_text : '';
        if (!sameNumber(text, to)) wrong.push(`${from}-${to}: ${text}`);
      }
    }
    expect(wrong.length).toBeLessThanOrEqual(2);
  });
});

/** Twenty minutes stay twenty minutes. */
function sameNumber(text: string, language: (typeof LANGUAGES)[number]): boolean {
  const twenty = { en: 'twenty', fr: 'vingt', es: 'veinte', de: 'zwanzig', it: 'venti', pt: 'vinte' }[language];
  return wordsOf(text).includes(twenty);
}
