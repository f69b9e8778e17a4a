import { describe, expect, it } from 'vitest';
import type { Lang } from '$workers/contract';
import { hasWords, joinSentences, splitSentences } from './sentences';

const texts = (text: string, language: Lang) =>
  splitSentences(text, language).map((sentence) => sentence.text);

describe('sentences', () => {
  it.each<[Lang, string, string[]]>([
    [
      'en',
      'Good news, I got the tickets. The train leaves at nine!',
      ['Good news, I got the tickets.', 'The train leaves at nine!']
    ],
    ['en', 'Dr. Smith met Mr. J. S. Bach. He left.', ['Dr. Smith met Mr. J. S. Bach.', 'He left.']],
    ['en', 'So did I. You too?', ['So did I.', 'You too?']],
    ['en', 'It costs 3.50 euros. Fine.', ['It costs 3.50 euros.', 'Fine.']],
    ['en', 'I am 30. You are not.', ['I am 30.', 'You are not.']],
    ['fr', 'M. Dupont est là. Ça va ?', ['M. Dupont est là.', 'Ça va ?']],
    [
      'de',
      'Am 3. Mai kommt Dr. Kern, z. B. mit dem Zug. Schön!',
      ['Am 3. Mai kommt Dr. Kern, z. B. mit dem Zug.', 'Schön!']
    ],
    ['es', '¿Qué tal? ¡Muy bien!', ['¿Qué tal?', '¡Muy bien!']],
    ['zh', '你好。我们九点出发。', ['你好。', '我们九点出发。']],
    ['ja', '九時に出発します。遅れないで！', ['九時に出発します。', '遅れないで！']],
    ['ar', 'كيف حالك؟ أنا بخير.', ['كيف حالك؟', 'أنا بخير.']],
    ['en', 'first line\nsecond line', ['first line', 'second line']],
    ['en', 'no mark at the end', ['no mark at the end']],
    ['en', '  ', []]
  ])('%s: %s', (language, text, expected) => expect(texts(text, language)).toEqual(expected));

  it('are cut at a pause when they are too long, else between words, else anywhere', () => {
    const clause = 'and then we went on along the river until it was quite dark';
    const long = Array.from({ length: 12 }, () => clause).join(', ');
    const cut = texts(long, 'en');
    expect(cut.length).toBeGreaterThan(2);
    expect(cut.slice(0, -1).every((part) => part.endsWith(','))).toBe(true);
    expect(texts('word '.repeat(200), 'en').every((part) => part.length <= 240 && !part.endsWith(' '))).toBe(
      true
    );
    expect(Math.max(...texts('字'.repeat(300), 'zh').map(({ length }) => length))).toBe(80);
    expect(texts('😀'.repeat(200), 'en').join('')).toBe('😀'.repeat(200));
  });

  it('drop nothing, whatever the text', () => {
    let state = 11;
    const random = (below: number) => (state = (state * 1103515245 + 12345) % 2 ** 31) % below;
    const bits = [
      'Dr.',
      'a',
      'Été',
      '.',
      '!',
      '?',
      '…',
      ' ',
      '  ',
      '\n',
      '\n\n',
      '3.',
      'J.',
      '"',
      '字',
      '。',
      '😀',
      ',',
      '\t',
      'word',
      '»'
    ];
    for (let round = 0; round < 400; round++) {
      const text = Array.from({ length: random(120) }, () => bits[random(bits.length)] ?? '').join('');
      const language = (['en', 'de', 'zh', 'fr'] as const)[random(4)] ?? 'en';
      const sentences = splitSentences(text, language);
      expect(sentences.map((sentence) => sentence.text + sentence.gap).join('')).toBe(text.trim());
      expect(
        sentences.every((sentence) => sentence.text === sentence.text.trim() && sentence.text !== '')
      ).toBe(true);
    }
  });

  it('are split without the platform’s help, too', () => {
    const { Segmenter } = Intl;
    try {
      Reflect.set(Intl, 'Segmenter', undefined);
      expect(texts('One. "Two!" Three\nFour…', 'en')).toEqual(['One.', '"Two!"', 'Three', 'Four…']);
      expect(texts('你好。再见', 'zh')).toEqual(['你好。', '再见']);
    } finally {
      Reflect.set(Intl, 'Segmenter', Segmenter);
    }
  });

  it('are put together as the language does it, lines kept', () => {
    expect(joinSentences(['A.', 'B.', 'C.'], [' ', '\n \n', ''], 'fr')).toBe('A. B.\n\nC.');
    expect(joinSentences(['你好。', '再见。'], [' ', ''], 'zh')).toBe('你好。再见。');
    expect(joinSentences(['Hello.', 'Bye.'], ['', ''], 'en')).toBe('Hello. Bye.');
  });

  it('without letters need no translation', () => {
    expect(['42.', '—', '😀', '3:30'].map(hasWords)).toEqual([false, false, false, false]);
    expect(['a', '字', 'é', '9 Uhr'].map(hasWords)).toEqual([true, true, true, true]);
  });
});
