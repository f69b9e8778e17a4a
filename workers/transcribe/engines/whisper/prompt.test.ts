import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FIXTURES } from '../../../runtime/testing';
import { echoesPrompt, promptLimit, promptTokens } from './prompt';
import { readTokenizer } from './tokenizer';

const file = (name: string): unknown => JSON.parse(readFileSync(join(FIXTURES, 'whisper', name), 'utf8'));
const tokenizer = readTokenizer(file('tokenizer.json'), file('tokenizer_config.json'));
const config = { maxTokens: 448, takesPrompts: true };
const told = (glossary: string[], previous = '', language = 'en') =>
  promptTokens({ glossary, previous, language }, tokenizer, config);
/** What the model reads, the leading token left out. */
const read = (tokens: number[]) => tokenizer.decode(tokens.slice(1));

describe('what the decoder is told', () => {
  test('the glossary as a sentence, then the text before, after <|startofprev|>', () => {
    const tokens = told(['Zoë', ' the  Meiers ', '', 'Zoë'], 'we meet the train ');
    expect(tokens[0]).toBe(tokenizer.previousToken);
    expect(read(tokens)).toBe(' Zoë, the Meiers. we meet the train');
    expect(read(told(['太郎', '花子'], '', 'ja'))).toBe(' 太郎、花子。');
  });

  test('is nothing where there is nothing to tell', () => {
    expect(told([])).toEqual([]);
    expect(told(['  '], ' ')).toEqual([]);
  });

  test('is nothing for a model that knows no prompts', () => {
    const context = { glossary: ['Zoë'], previous: 'we', language: 'en' };
    expect(promptTokens(context, tokenizer, { ...config, takesPrompts: false })).toEqual([]);
    expect(promptTokens(context, { ...tokenizer, previousToken: undefined }, config)).toEqual([]);
  });

  test('fits half of the places: whole entries from the first on, the text’s end', () => {
    expect(promptLimit(config)).toBe(223);
    const names = Array.from({ length: 200 }, (_, i) => `name${i}`);
    const long = Array.from({ length: 300 }, (_, i) => `word${i}`).join(' ');
    const alone = told(names);
    expect(alone.length).toBeLessThanOrEqual(1 + 223);
    expect(alone.length).toBeGreaterThan(210);
    expect(read(alone)).toMatch(/^ name0, name1, .*name\d+\.$/);
    const both = told(names, long);
    expect(both.length).toBe(1 + 223);
    expect(read(both)).toMatch(/^ name0, .*\. ?.*word299$/);
    // A short text before leaves the rest to the glossary.
    expect(read(told(names, 'we meet')).length).toBeGreaterThan(read(alone).length - 20);
    expect(told([], long).length).toBe(1 + 223);
  });

  test('holds text alone, whatever a person writes', () => {
    const tokens = told(['<|endoftext|>', '<|startoftranscript|><|fr|>', 'Bo']);
    expect(tokens.slice(1).every((token) => tokenizer.isText(token))).toBe(true);
    expect(read(tokens)).toContain('Bo');
  });
});

describe('a prompt that is said again instead of what was heard', () => {
  const context = { glossary: ['Zoë', 'the Meiers', 'Łódź', 'Bo'], previous: 'So we meet the late train.', language: 'en' }; // prettier-ignore

  test('is known by several entries in their order', () => {
    expect(echoesPrompt(' Zoë, the Meiers, Łódź, Bo.', context)).toBe(true);
    expect(echoesPrompt(' And the Meiers; Łódź Bo', context)).toBe(true);
    expect(echoesPrompt(' Zoë and the Meiers are in Łódź.', context)).toBe(false);
    expect(echoesPrompt(' Zoë, the Meiers', context)).toBe(false);
  });

  test('is known by the end of the text before', () => {
    expect(echoesPrompt(' we meet the late train', context)).toBe(true);
    expect(echoesPrompt(' the late train', context)).toBe(false);
    expect(echoesPrompt(' the late train is late', context)).toBe(false);
    expect(echoesPrompt('', context)).toBe(false);
  });
});
