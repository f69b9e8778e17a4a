/**
 * Runs the tiny random models in stock transformers.js: `node models/training/contract/check.mjs [folder]`.
 * Fails when one doesn't load, or gives nothing.
 */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { env, pipeline } from '@huggingface/transformers';

const folder = process.argv[2] ?? fileURLToPath(new URL('../../../tests/fixtures/models/', import.meta.url));
env.localModelPath = folder.endsWith('/') ? folder : `${folder}/`;
env.allowRemoteModels = false;

const sound = Float32Array.from({ length: 48000 }, (_, i) => 0.3 * Math.sin(i * 0.05 + 3 * Math.sin(i / 4000)));
const options = { language: 'fr', max_new_tokens: 8 };
for (const dtype of ['fp32', 'q8']) {
  for (const name of ['whisper', 'whisper-timestamps']) {
    const transcribe = await pipeline('automatic-speech-recognition', name, { dtype });
    assert(await textOf(transcribe(sound, options)));
    const { chunks } = await transcribe(sound, { ...options, return_timestamps: true });
    assert(chunks[0].timestamp[0] >= 0);
    if (name === 'whisper-timestamps') {
      const words = await transcribe(sound, { ...options, return_timestamps: 'word' });
      assert(words.chunks.every(({ timestamp: [from] }) => from >= 0 && from <= 15));
    }
    console.log(name, dtype, 'runs');
  }
  for (const [name, languages] of [
    ['marian', {}],
    ['m2m100', { src_lang: 'en', tgt_lang: 'fr' }],
    ['nllb', { src_lang: 'eng_Latn', tgt_lang: 'fra_Latn' }]
  ]) {
    const translate = await pipeline('translation', name, { dtype });
    const said = await translate(['we meet the train', 'you'], { ...languages, max_new_tokens: 10 });
    assert(said.every(({ translation_text }) => translation_text.length > 0));
    assert.notEqual(said[0].translation_text, said[1].translation_text);
    const [ids] = translate.tokenizer('we meet the late train é').input_ids.tolist();
    assert.equal(translate.tokenizer.decode(ids, { skip_special_tokens: true }).trim(), 'we meet the late train é');
    console.log(name, dtype, 'runs');
  }
}

async function textOf(output) {
  return (await output).text;
}
