/** Base voices, and the models that speak in a person's own. */
import { LANGUAGES, type Lang } from '$workers/contract';
import { PACKS } from '$workers/synthesize/engines/espeak/packs';
import {
  FROM_NOTES,
  largeWeights,
  licence,
  optionalSettings,
  says,
  settings,
  size,
  variant,
  weights
} from './define';
import { PIPER_VOICES } from './piper';
import type { Dtype, ModelFile, OtherModel } from './types';

const ESPEAK_FILES: ModelFile[] = [
  { path: 'espeak-ng.wasm' },
  ...PACKS.map((name) => ({ path: `${name}.zip` }))
];

/** One voice for each of its languages. */
const KOKORO_VOICES = ['af_heart', 'ef_dora', 'ff_siwis', 'if_sara', 'jf_alpha', 'pf_dora', 'zf_xiaobei'];

function kokoroFiles(dtype: Dtype): ModelFile[] {
  return [
    ...settings('config.json', 'tokenizer.json', 'tokenizer_config.json'),
    weights('model', dtype),
    ...optionalSettings(...KOKORO_VOICES.map((voice) => `voices/${voice}.bin`))
  ];
}

const CHATTERBOX_LACKS: readonly Lang[] = ['cs', 'hu'];

export const SYNTHESIS: readonly OtherModel[] = [
  {
    id: 'espeak-ng',
    name: 'eSpeak NG',
    stage: 'synthesis',
    languages: LANGUAGES,
    limits: { ja: 'kana-only' },
    licence: licence('GPL-3.0-only', says('package-metadata')),
    source: { kind: 'shipped', folder: 'espeak-ng' },
    variants: [
      variant('native', ESPEAK_FILES, size(7_315_341, 'exact', says('files')))
    ],
    devices: { wasm: { works: ['native'] }, webgpu: { works: [], avoid: { native: 'not-for-gpu' } } },
    quality: [],
    runsHere: 'espeak',
    cautions: ['robotic']
  },
  ...PIPER_VOICES,
  {
    id: 'kokoro-82m',
    name: 'Kokoro 82M',
    stage: 'synthesis',
    languages: ['en', 'es', 'fr', 'it', 'ja', 'pt', 'zh'],
    limits: { ja: 'needs-reading', zh: 'needs-reading' },
    licence: licence('Apache-2.0', says('hub-page')),
    source: {
      kind: 'hub',
      repo: 'onnx-community/Kokoro-82M-v1.0-ONNX',
      revision: 'main',
      ...says('hub-page')
    },
    variants: [
      variant('q8', kokoroFiles('q8'), size(92.4e6, 'rounded', says('hub-page'))),
      variant('fp16', kokoroFiles('fp16'), size(163e6, 'rounded', says('hub-page'))),
      variant('fp32', kokoroFiles('fp32'), size(326e6, 'rounded', says('hub-page')))
    ],
    devices: {
      wasm: { works: [], untried: ['q8', 'fp32', 'fp16'] },
      webgpu: { works: [], untried: ['fp32', 'fp16'], avoid: { q8: 'q8-on-cpu' } }
    },
    quality: [],
    runsHere: null
  }
];

export const CLONING: readonly OtherModel[] = [
  {
    id: 'openvoice-v2',
    name: 'OpenVoice V2',
    stage: 'cloning',
    languages: LANGUAGES,
    licence: licence('MIT'),
    source: {
      kind: 'hub',
      repo: 'seasonstudio/openvoice_tone_clone_onnx',
      revision: 'main',
      ...says('public-projects')
    },
    variants: [
      variant(
        'fp32',
        [
          {
            path: 'tone_color_extract_model.onnx',
            saveAs: 'onnx/tone_color_extract_model.onnx',
            dtype: 'fp32',
            bytes: 3_257_992
          },
          {
            path: 'tone_clone_model.onnx',
            saveAs: 'onnx/tone_clone_model.onnx',
            dtype: 'fp32',
            bytes: 127_891_564
          }
        ],
        size(131_149_556, 'exact', says('public-projects'))
      )
    ],
    devices: { wasm: { works: [], untried: ['fp32'] }, webgpu: { works: [], untried: ['fp32'] } },
    quality: [
      { metric: 'SECS', value: 0.755, dataset: null, of: 'Likeness by Resemblyzer', ...FROM_NOTES },
      { metric: 'WER', value: 15.5, dataset: null, ...FROM_NOTES },
      { metric: 'RTF', value: 0.3, dataset: null, of: 'On a processor, not in a browser', ...FROM_NOTES }
    ],
    runsHere: 'openvoice',
    cautions: ['needs-base-voice', 'carries-accent', 'no-watermark']
  },
  {
    id: 'pocket-tts',
    name: 'Pocket TTS',
    stage: 'cloning',
    // Its makers train one model a language; the export that is named here is of the English one.
    languages: ['en'],
    // Of the weights. Another, popular export is CC-BY-NC: not that one.
    licence: licence('CC-BY-4.0'),
    source: {
      kind: 'hub',
      repo: 'ottomate/pocket-tts-ONNX',
      revision: 'main',
      source: 'export-readme',
      // Which language’s weights these are is not said there.
      verified: false
    },
    variants: [
      variant(
        'int8+fp32',
        [
          ...settings('tokenizer.json', 'tokenizer_config.json'),
          weights('flow_lm_main', 'int8'),
          weights('flow_lm_flow', 'int8'),
          weights('mimi_decoder', 'int8'),
          weights('mimi_encoder', 'fp32'),
          weights('text_conditioner', 'fp32')
        ],
        size(198e6, 'rounded')
      )
    ],
    devices: {
      wasm: { works: ['int8+fp32'] },
      webgpu: { works: [], avoid: { 'int8+fp32': 'q8-on-cpu' } }
    },
    quality: [
      // "0.6 times real time" can be read either way.
      { metric: 'RTF', value: 0.6, dataset: null, source: 'model-notes', verified: false }
    ],
    runsHere: 'pocket'
  },
  {
    id: 'chatterbox-multilingual',
    name: 'Chatterbox Multilingual',
    stage: 'cloning',
    languages: LANGUAGES.filter((language) => !CHATTERBOX_LACKS.includes(language)),
    limits: { zh: 'needs-reading', ja: 'needs-reading' },
    licence: licence('MIT'),
    source: {
      kind: 'hub',
      repo: 'onnx-community/chatterbox-multilingual-ONNX',
      revision: 'main',
      ...FROM_NOTES
    },
    variants: [
      variant(
        'q4',
        [
          ...settings('config.json', 'generation_config.json', 'preprocessor_config.json'),
          ...settings('tokenizer.json', 'tokenizer_config.json'),
          ...largeWeights('speech_encoder', 'q4'),
          ...largeWeights('embed_tokens', 'q4'),
          ...largeWeights('language_model', 'q4'),
          ...largeWeights('conditional_decoder', 'q4')
        ],
        // Public projects fetch only the language model at q4, the rest at fp32: 1.5 GB in all.
        size(790e6, 'at-most', { source: 'model-notes', verified: false })
      )
    ],
    devices: { wasm: { works: [], untried: ['q4'] }, webgpu: { works: [], untried: ['q4'] } },
    quality: [],
    runsHere: 'chatterbox',
    cautions: ['carries-accent', 'no-watermark']
  }
];
