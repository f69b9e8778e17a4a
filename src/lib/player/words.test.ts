import { describe, expect, it } from 'vitest';
import { pieceAt, piecesOf } from './words';

const word = (text: string, startMs: number, endMs: number) => ({ text, startMs, endMs });

describe('spoken words in a text', () => {
  const text = '« Bonne nouvelle », j’ai les billets.';
  const words = [
    word('bonne', 0, 300),
    word('nouvelle,', 300, 700),
    word('j’ai', 900, 1100),
    word('Quatorze', 1100, 1200),
    word('les', 1200, 1300),
    word('billets.', 1300, 1800)
  ];
  const pieces = piecesOf(text, words);

  it('leaves nothing of the text out', () => {
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    for (const piece of pieces) expect(text.slice(piece.at, piece.at + piece.text.length)).toBe(piece.text);
  });

  it('passes over words that the text does not have', () => {
    expect(pieces.filter((piece) => piece.word).map((piece) => piece.text)).toEqual([
      'Bonne',
      'j’ai',
      'les',
      'billets.'
    ]);
  });

  it('knows which one is spoken', () => {
    const at = (ms: number) => pieces[pieceAt(pieces, ms)]?.text;
    expect(at(100)).toBe('Bonne');
    expect(at(500)).toBe('Bonne');
    expect(at(800)).toBeUndefined();
    expect(at(1000)).toBe('j’ai');
    expect(at(1750)).toBe('billets.');
    expect(at(9000)).toBeUndefined();
  });

  it('without words is the text in one piece', () => {
    expect(piecesOf(text, [])).toEqual([{ text, at: 0, word: null }]);
    expect(piecesOf('', words)).toEqual([]);
  });

  it('does not jump far ahead for a word that is missing here', () => {
    const long = `one ${'filler '.repeat(30)}two`;
    const found = piecesOf(long, [word('one', 0, 1), word('two', 1, 2), word('filler', 2, 3)]);
    expect(found.filter((piece) => piece.word).map((piece) => piece.text)).toEqual(['one', 'filler']);
  });
});
