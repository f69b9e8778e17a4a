import { expect, test } from 'vitest';
import { aiSpeechComment } from './encode';

test('a file of speech says that a machine made it, in whose voice, and whether it is marked', () => {
  expect(aiSpeechComment('fr', { fidelity: 'stock', speaker: '' })).toBe(
    'AI-generated speech (Timbre), language fr, in a stock voice'
  );
  expect(aiSpeechComment('de', { fidelity: 'cloned', speaker: 'Odile', watermark: true })).toBe(
    'AI-generated speech (Timbre), language de, in the voice of Odile (cloned), watermarked (AudioSeal)'
  );
});
