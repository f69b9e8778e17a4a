/** Whole sentences through a tiny random model, and through one that is told what to say. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Lang } from '../../../contract';
import { FIXTURES, fetchFromDisk, MODEL_BASE, nodeConfig } from '../../../runtime/testing';
import type { Seq2SeqConfig } from './config';
import { readDirections } from './directions';
import type { DecoderState, DecoderStep, Encoded, Seq2SeqModel } from './model';
import type { TranslationTokenizer } from './tokenizer';
import { loadTranslator, Seq2SeqTranslator } from './translator';

const END = 0;
const config: Seq2SeqConfig = {
  layout: 'm2m100', modelSize: 16, layers: 1, heads: 1, headSize: 16, maxTokens: 64,
  vocabularySize: 128, startToken: END, endToken: END, padToken: END, forbidden: []
}; // prettier-ignore

/** A letter is a token; French is said in upper case. */
const tokenizer: TranslationTokenizer = {
  languages: ['en', 'fr', 'de'],
  targetInSource: false,
  encode: (text) => [...text].map((letter) => letter.charCodeAt(0)),
  forcedToken: (to) => (to === 'fr' ? 1 : 2),
  decode: (tokens) => String.fromCharCode(...tokens),
  controlTokens: [0, 1, 2]
};

type Scripted = { sources: number[][]; rows: { source: number; said: number[] }[] };

/** Says a source's letters one by one; `speaks` may change what it says next. */
function modelThat(speaks: (source: string, language: number, said: number[], plain: number) => number) {
  const calls = { encoded: 0 };
  const of = (state: DecoderState) => state as unknown as Scripted;
  const model: Pick<Seq2SeqModel, 'config' | 'encode' | 'begin' | 'step' | 'select' | 'release'> = {
    config,
    async encode(sentences) {
      calls.encoded += sentences.length;
      return { rows: sentences.length, sources: sentences } as unknown as Encoded;
    },
    begin: (encoded) => {
      const { sources } = encoded as unknown as { sources: number[][] };
      return { sources, rows: sources.map((_, source) => ({ source, said: [] })) } as unknown as DecoderState;
    },
    async step(state, tokens): Promise<DecoderStep> {
      const { sources, rows } = of(state);
      const next = rows.map(({ source, said }, i) => ({ source, said: [...said, tokens[i] ?? -1] }));
      // Nothing but the script ends a text.
      const logits = Float32Array.from({ length: next.length * 128 }, (_, i) => (i % 128 === END ? -50 : 0));
      next.forEach(({ source, said }, row) => {
        const letters = sources[source] ?? [];
        const [, language = 0, ...text] = said;
        const plain = letters[text.length] ?? END;
        logits[row * 128 + speaks(String.fromCharCode(...letters), language, text, plain)] = 9;
      });
      return { state: { sources, rows: next } as unknown as DecoderState, logits, vocabulary: 128 };
    },
    select: (state, rows) => {
      const { sources, rows: old } = of(state);
      return { sources, rows: rows.flatMap((row) => old[row] ?? []) } as unknown as DecoderState;
    },
    release: async () => undefined
  };
  return { translator: new Seq2SeqTranslator(model as Seq2SeqModel, tokenizer), calls };
}

const upper = (language: number, plain: number) =>
  language === 1 && plain >= 97 && plain <= 122 ? plain - 32 : plain;

describe('sentences', () => {
  test('come back in their order, each in each language, encoded once; those without words as they are', async () => {
    const { translator, calls } = modelThat((_, language, __, plain) => upper(language, plain));
    const done: Lang[] = [];
    const sentences = ['a somewhat longer one than the others', 'yes', '…', 'no, thanks'];
    const said = await translator.translate(sentences, 'en', ['fr', 'de'], (to) => done.push(to));
    expect(said.get('de')).toEqual(sentences);
    expect(said.get('fr')).toEqual(['A SOMEWHAT LONGER ONE THAN THE OTHERS', 'YES', '…', 'NO, THANKS']);
    expect(done.filter((to) => to === 'fr')).toHaveLength(4);
    expect(done).toHaveLength(8);
    expect(calls.encoded).toBe(3);
  });

  test('longer than the model are cut and put together', async () => {
    const { translator } = modelThat((_, language, __, plain) => upper(language, plain));
    const sentence = 'this sentence is so long, that the model has no places for it, so it goes in pieces';
    const done: Lang[] = [];
    const said = await translator.translate([sentence], 'en', ['fr'], (to) => done.push(to));
    expect(said.get('fr')).toEqual([sentence.toUpperCase()]);
    expect(done).toEqual(['fr']);
  });

  test('that loop at first are said again, without saying a run twice', async () => {
    const round = 'abcd';
    // It goes round for ever; kept from that, it finds the end.
    const { translator } = modelThat((_, __, text) => {
      if (text.length > 12) return END;
      return round.charCodeAt(text.length % 4);
    });
    const said = (await translator.translate(['good morning to you'], 'en', ['de'])).get('de')?.[0] ?? '';
    expect(said).not.toBe('');
    expect(said).not.toContain('abcdabcd');
  });

  test('that never end are given up as incomplete and do not harm the others', async () => {
    let letter = 0;
    const { translator } = modelThat((source, language, _, plain) =>
      source.startsWith('bad') && language === 1 ? 65 + ((letter += 7) % 26) : plain
    );
    const said = await translator.translate(['bad one', 'good one'], 'en', ['fr', 'de']);
    expect(said.get('fr')).toEqual(['', 'good one']);
    expect(said.get('de')).toEqual(['bad one', 'good one']);
  });

  test('that come back without a word are given up as incomplete', async () => {
    const { translator } = modelThat((_, __, text) => (text.length === 0 ? 46 : END));
    expect((await translator.translate(['hello there'], 'en', ['de'])).get('de')).toEqual(['']);
  });

  test('that come back much too short are tried again, and kept if they stay so', async () => {
    const { translator, calls } = modelThat((_, __, text, plain) => (text.length >= 2 ? END : plain));
    const said = await translator.translate(['only two letters of this come'], 'en', ['de']);
    expect(said.get('de')).toEqual(['on']);
    expect(calls.encoded).toBe(3);
  });

  test('of a speaker who repeats himself may repeat', async () => {
    const { translator } = modelThat((_, __, ___, plain) => plain);
    const sentence = 'no no no no no no no no';
    expect((await translator.translate([sentence], 'en', ['de'])).get('de')).toEqual([sentence]);
  });
});

describe.skipIf(!existsSync(join(FIXTURES, 'm2m100/config.json')))(
  'models on disk',
  { timeout: 120_000 },
  () => {
    beforeAll(() => {
      vi.stubGlobal('fetch', fetchFromDisk({ fixtures: FIXTURES }));
    });
    const folder = (name: string) => `${MODEL_BASE}fixtures/${name}/`;

    test('say which languages they translate', async () => {
      const many = await readDirections(folder('m2m100'));
      expect(many && 'among' in many ? many.among : []).toEqual(
        expect.arrayContaining(['en', 'fr', 'es', 'de', 'it', 'pt'])
      );
      expect(await readDirections(folder('marian'))).toEqual({ from: 'en', to: 'fr' });
    });

    test('give an output or an honest blank for every sentence', async () => {
      const fractions: number[] = [];
      const translator = await loadTranslator(folder('m2m100'), nodeConfig(), (fraction) =>
        fractions.push(fraction)
      );
      expect(fractions.at(-1)).toBe(1);
      const sentences = ['Good morning.', 'How are you?', '—'];
      const said = await translator.translate(sentences, 'en', ['fr', 'de']);
      for (const outputs of said.values()) {
        expect(outputs).toHaveLength(3);
        expect(outputs[2]).toBe('—');
      }
      await expect(translator.translate(['Hi'], 'en', ['xx' as Lang])).rejects.toMatchObject({
        code: 'translate/no-path'
      });
      await translator.release();
    });

    test('that are missing are a coded error', async () => {
      await expect(loadTranslator(folder('none'), nodeConfig())).rejects.toMatchObject({
        code: 'model/missing'
      });
      await expect(loadTranslator(folder('ecapa'), nodeConfig())).rejects.toMatchObject({
        code: 'model/load-failed'
      });
    });
  }
);
