import { expect, test } from 'vitest';
import { needsBergamot, recognise } from './recognise';

/** Files that say where they lie, or what they are given to say. */
const picked = (...files: (string | [path: string, text: string])[]) =>
  files.map((file) => {
    const [path, text] = typeof file === 'string' ? [file, file] : file;
    return { path, file: new Blob([text]) };
  });
const M2M_FILES = [
  'config.json',
  'tokenizer.json',
  'onnx/encoder_model_quantized.onnx',
  'onnx/decoder_model_merged_quantized.onnx'
];
const below = (folder: string, names = M2M_FILES) => names.map((name) => `${folder}/${name}`);
const known = async (...files: Parameters<typeof picked>) =>
  (await recognise(picked(...files))).map(({ target }) => target && `${target.id} ${target.dtype ?? ''}`);

test('Firefox’s files are known by their names, in whatever folder, and several pairs at once', async () => {
  const found = await recognise(
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
  expect(found.map(({ target }) => [target?.id, target?.dtype])).toEqual([
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

test('so are the files of a voice and of OpenVoice', async () => {
  expect(
    await known(
      'voices/fr_FR-siwis-medium.onnx',
      'voices/fr_FR-siwis-medium.onnx.json',
      'tone_color_extract_model.onnx',
      'tone_clone_model.onnx'
    )
  ).toEqual(['piper-fr_FR-siwis-medium fp32', 'openvoice-v2 fp32']);
});

test.each([
  ['its name alone', 'm2m100_418M'],
  ['owner and name, deep in others', 'disk/models/Xenova/M2M100_418m'],
  ['the hub’s cache', 'hub/models--Xenova--m2m100_418M/snapshots/0123abc']
])('a folder called like the repository: %s', async (_, folder) => {
  const files = below(folder, [
    ...M2M_FILES,
    'generation_config.json',
    'onnx/decoder_model.onnx',
    'README.md'
  ]);
  const [found] = await recognise(picked(...files));
  expect(found?.target).toMatchObject({ id: 'm2m100-418m', repo: 'Xenova/m2m100_418M', dtype: 'q8' });
  // What the catalogue wants of it, the optional files that are there too, under the hub's names.
  expect(found?.source.map(({ path }) => path).sort()).toEqual(
    below('picked', [...M2M_FILES, 'generation_config.json']).sort()
  );
});

test('the variant is the one whose files are there', async () => {
  const settings = ['config', 'generation_config', 'preprocessor_config', 'tokenizer', 'tokenizer_config'];
  const whisper = (...onnx: string[]) =>
    below('whisper-tiny_timestamped', [...settings.map((name) => `${name}.json`), ...onnx]);
  const decoder = 'onnx/decoder_model_merged_q4.onnx';
  expect(await known(...whisper('onnx/encoder_model_q4.onnx', decoder))).toEqual(['whisper-tiny q4']);
  expect(await known(...whisper('onnx/encoder_model.onnx', decoder))).toEqual(['whisper-tiny fp32+q4']);
});

test('several models of one folder, in repositories and by names, each once', async () => {
  expect(
    await known(
      ...below('hub/Xenova/m2m100_418M'),
      ...below('hub/copy/m2m100_418M'),
      ...below('hub/Xenova/nllb-200-distilled-600M'),
      'hub/voxceleb_ECAPA512.onnx'
    )
  ).toEqual(['m2m100-418m q8', 'nllb-200-distilled-600m q8', 'wespeaker-ecapa-512 fp32']);
});

test('settings that name what they are from, in a folder called otherwise', async () => {
  const named = (folder: string, origin: unknown) => {
    const [config = '', ...others] = below(folder);
    return [[config, JSON.stringify({ _name_or_path: origin })] as [string, string], ...others];
  };
  expect(await known(...named('my translator', 'facebook/m2m100_418M'))).toEqual(['m2m100-418m q8']);
  // At the top of what was picked, without any folder.
  expect(
    await known(['config.json', '{"_name_or_path":"facebook/m2m100_418M"}'], ...M2M_FILES.slice(1))
  ).toEqual(['m2m100-418m q8']);
  for (const origin of ['somebody/else', '', 3, null])
    await expect(recognise(picked(...named('x', origin)))).rejects.toMatchObject({ code: 'input/invalid' });
});

test('saved copies that were unpacked bring a manifest, and what lies below it is theirs', async () => {
  const found = await recognise(
    picked(
      'copies/m2m100_418M/timbre-model.json',
      ...below('copies/m2m100_418M'),
      'copies/m2m100_418M/voice/timbre-model.json',
      'copies/m2m100_418M/voice/voxceleb_ECAPA512.onnx',
      'copies/voxceleb_ECAPA1024.onnx'
    )
  );
  expect(found.map(({ target, source }) => [target?.id, source.map(({ path }) => path)])).toEqual([
    [undefined, ['picked/timbre-model.json', ...below('picked')]],
    [undefined, ['picked/timbre-model.json', 'picked/voxceleb_ECAPA512.onnx']],
    ['wespeaker-ecapa-1024', ['picked/voxceleb_ECAPA1024.onnx']]
  ]);
});

test('half a model, and what is called alike everywhere, is none', async () => {
  for (const files of [
    ['model.enfr.intgemm.alphas.bin', 'vocab.enfr.spm'],
    M2M_FILES,
    below('some folder'),
    // Nothing runs it here.
    below('parakeet-tdt-0.6b-v3-onnx', [
      'config.json',
      'vocab.txt',
      'encoder-model.int8.onnx',
      'decoder_joint-model.int8.onnx'
    ]),
    []
  ])
    await expect(recognise(picked(...files))).rejects.toMatchObject({ code: 'input/invalid' });
  await expect(recognise(picked(...below('m2m100_418M').slice(0, 3)))).rejects.toMatchObject({
    code: 'model/missing'
  });
});

test('a file that can’t be read any more is said', async () => {
  const gone = new Blob(['{}']);
  gone.text = () => Promise.reject(new DOMException('gone', 'NotFoundError'));
  await expect(recognise([{ path: 'x/config.json', file: gone }])).rejects.toMatchObject({
    code: 'input/invalid'
  });
});

test('which models need Bergamot', () => {
  expect(['firefox-translations-fr-en', 'opus-mt-fr-en', 'none'].map(needsBergamot)).toEqual([
    true,
    false,
    false
  ]);
});
