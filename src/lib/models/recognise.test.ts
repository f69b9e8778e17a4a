import { expect, test } from 'vitest';
import { needsBergamot, recognise } from './recognise';

const picked = (...paths: string[]) => paths.map((path) => ({ path, file: new Blob([path]) }));

test('Firefox’s files are known by their names, in whatever folder, and several pairs at once', async () => {
  const found = recognise(
    picked(
      'Downloads/model.enfr.intgemm.alphas.bin',
      'Downloads/lex.50.50.enfr.s2t.bin',
      'Downloads/vocab.enfr.spm',
      'model.enja.intgemm.alphas.bin',
      'lex.50.50.enja.s2t.bin',
      'srcvocab.enja.spm',
      'trgvocab.enja.spm',
      'README.md'
    )
  );
  expect(found.map(({ target: { id, dtype } }) => [id, dtype])).toEqual([
    ['firefox-translations-en-fr', 'native'],
    ['firefox-translations-en-ja', 'native']
  ]);
  const source = found[0]?.source ?? [];
  expect(source.map(({ path }) => path)).toEqual([
    'picked/en-fr/model.enfr.intgemm.alphas.bin',
    'picked/en-fr/lex.50.50.enfr.s2t.bin',
    'picked/en-fr/vocab.enfr.spm'
  ]);
  expect(await source[0]?.file.text()).toBe('Downloads/model.enfr.intgemm.alphas.bin');
});

test('half a pair, and what is called alike everywhere, is no model', () => {
  expect(recognise(picked('model.enfr.intgemm.alphas.bin', 'vocab.enfr.spm'))).toEqual([]);
  expect(recognise(picked('config.json', 'tokenizer.json', 'onnx/encoder_model_quantized.onnx'))).toEqual([]);
});

test('which models need Bergamot', () => {
  expect(['firefox-translations-fr-en', 'opus-mt-fr-en', 'none'].map(needsBergamot)).toEqual([
    true,
    false,
    false
  ]);
});
