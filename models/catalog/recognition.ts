import { LANGUAGES, STARTER_LANGUAGES, type Lang } from '$workers/contract';
import {
  FROM_NOTES,
  largeWeights,
  licence,
  nonCommercial,
  says,
  settings,
  size,
  variant,
  weights
} from './define';
import type { CautionCode } from './sentences';
import type { DeviceSupport, Dtype, ModelFile, OtherModel, QualityFigure } from './types';

const WHISPER_SETTINGS = settings(
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json'
);

function whisperFiles(encoder: Dtype, decoder: Dtype): ModelFile[] {
  return [...WHISPER_SETTINGS, weights('encoder_model', encoder), weights('decoder_model_merged', decoder)];
}

/**
 * As peers found it with the exports that give word times. On WebGPU both may come first; q4 does, because
 * the same files then serve WASM when the GPU fails.
 */
const WHISPER_ON: Record<'wasm' | 'webgpu', DeviceSupport> = {
  wasm: {
    works: ['q4'],
    avoid: { 'fp32+q4': 'only-q4-loads', fp32: 'only-q4-loads', q8: 'only-q4-loads' }
  },
  webgpu: {
    works: ['q4', 'fp32+q4'],
    avoid: { fp16: 'half-precision-loops', q4f16: 'half-precision-loops', q8: 'q8-gibberish' }
  }
};

/** Bytes of Whisper's encoder at fp32: convolutions, layers, 1,500 positions, the last normalisation. */
function fp32EncoderBytes(width: number, layers: number, mels = 80): number {
  const convolutions = (mels * 3 + 1) * width + (width * 3 + 1) * width;
  const attention = 4 * width * width + 3 * width;
  const feedForward = 8 * width * width + 5 * width;
  const parameters = convolutions + layers * (attention + feedForward + 4 * width) + 1500 * width + 2 * width;
  return 4 * parameters;
}

interface WhisperShape {
  id: string;
  name: string;
  width: number;
  layers: number;
  /** Published, q4. */
  encoderBytes: number;
  decoderBytes: number;
  cautions?: CautionCode[];
}

function whisper(shape: WhisperShape): OtherModel {
  const { width, layers, encoderBytes, decoderBytes, cautions, ...named } = shape;
  return {
    ...named,
    stage: 'recognition',
    languages: LANGUAGES,
    licence: licence('MIT'),
    source: { kind: 'hub', repo: `onnx-community/${named.id}_timestamped`, revision: 'main', ...FROM_NOTES },
    variants: [
      variant('q4', whisperFiles('q4', 'q4'), size(encoderBytes + decoderBytes, 'rounded')),
      variant(
        'fp32+q4',
        whisperFiles('fp32', 'q4'),
        size(fp32EncoderBytes(width, layers) + decoderBytes, 'estimated', {
          source: 'computed',
          verified: false
        })
      )
    ],
    devices: WHISPER_ON,
    quality: [],
    runsHere: 'whisper',
    ...(cautions ? { cautions } : {})
  };
}

/** FLEURS, word error rate in %; character error rate for Korean and Japanese. */
const LARGE_V3_ERRORS: Record<Lang, number> = {
  es: 2.8,
  it: 3.0,
  ko: 3.1,
  pt: 4.1,
  en: 4.1,
  pl: 4.6,
  ja: 4.9,
  de: 4.9,
  ru: 5.0,
  nl: 5.2,
  fr: 5.3,
  tr: 6.7,
  zh: 7.7,
  ar: 9.6,
  cs: 10.1,
  hu: 12.9
};

function largeV3Errors(): QualityFigure[] {
  return LANGUAGES.map((language) => ({
    metric: language === 'ko' || language === 'ja' ? 'CER' : 'WER',
    value: LARGE_V3_ERRORS[language],
    dataset: 'FLEURS',
    languages: [language],
    of: 'Whisper large-v3, from which the turbo was made',
    ...FROM_NOTES
  }));
}

const PARAKEET_LACKS: readonly Lang[] = ['tr', 'ar', 'zh', 'ja', 'ko'];

export const RECOGNITION: readonly OtherModel[] = [
  {
    id: 'starter-recognition',
    name: 'Timbre listens',
    stage: 'recognition',
    languages: STARTER_LANGUAGES,
    licence: licence('GPL-3.0-or-later', says('model-card')),
    source: { kind: 'shipped', folder: 'starter/whisper' },
    variants: [variant('q8', whisperFiles('q8', 'q8'), size(9_968_679, 'exact', says('files')))],
    devices: { wasm: { works: ['q8'] }, webgpu: { works: [], avoid: { q8: 'q8-on-cpu' } } },
    quality: [
      {
        metric: 'WER',
        value: 53.9,
        dataset: 'Messages of its own grammar, held out; in synthetic voices that it never heard',
        ...says('model-card')
      },
      {
        metric: 'WER',
        value: 97.7,
        dataset: 'Open text in real voices, English and German',
        ...says('model-card')
      }
    ],
    runsHere: 'whisper',
    cautions: ['demonstration']
  },
  whisper({
    id: 'whisper-tiny',
    name: 'Whisper tiny',
    width: 384,
    layers: 4,
    encoderBytes: 9e6,
    decoderBytes: 87e6
  }),
  whisper({
    id: 'whisper-base',
    name: 'Whisper base',
    width: 512,
    layers: 6,
    encoderBytes: 19e6,
    decoderBytes: 124e6,
    cautions: ['crashes-ios-safari']
  }),
  whisper({
    id: 'whisper-small',
    name: 'Whisper small',
    width: 768,
    layers: 12,
    encoderBytes: 66e6,
    decoderBytes: 233e6
  }),
  {
    id: 'whisper-large-v3-turbo',
    name: 'Whisper large v3 turbo',
    stage: 'recognition',
    languages: LANGUAGES,
    licence: licence('MIT'),
    source: {
      kind: 'hub',
      repo: 'onnx-community/whisper-large-v3-turbo_timestamped',
      revision: 'main',
      ...FROM_NOTES
    },
    variants: (
      [
        ['q4f16', 'q4f16', 560e6],
        ['q4', 'q4', 759e6],
        ['fp16', 'q4f16', 1468e6]
      ] as const
    ).map(([encoder, decoder, bytes]) =>
      variant(
        encoder === decoder ? encoder : (`${encoder}+${decoder}` as const),
        [
          ...WHISPER_SETTINGS,
          ...largeWeights('encoder_model', encoder),
          ...largeWeights('decoder_model_merged', decoder)
        ],
        size(bytes, 'rounded')
      )
    ),
    devices: {
      wasm: {
        works: [],
        avoid: { q4: 'session-fails', q4f16: 'session-fails', 'fp16+q4f16': 'session-fails' }
      },
      webgpu: { works: ['q4f16', 'q4', 'fp16+q4f16'], avoid: { q8: 'q8-gibberish' } }
    },
    quality: largeV3Errors(),
    runsHere: 'whisper'
  },
  {
    id: 'parakeet-tdt-0.6b-v3',
    name: 'Parakeet TDT 0.6B v3',
    stage: 'recognition',
    languages: LANGUAGES.filter((language) => !PARAKEET_LACKS.includes(language)),
    licence: licence('CC-BY-4.0'),
    source: {
      kind: 'hub',
      repo: 'istupakov/parakeet-tdt-0.6b-v3-onnx',
      revision: 'main',
      ...says('public-projects')
    },
    variants: [
      variant(
        'int8',
        [
          ...settings('config.json', 'vocab.txt'),
          { path: 'encoder-model.int8.onnx', saveAs: 'onnx/encoder_model_int8.onnx', dtype: 'int8' },
          { path: 'decoder_joint-model.int8.onnx', saveAs: 'onnx/decoder_joint_int8.onnx', dtype: 'int8' }
        ],
        size(652e6, 'rounded')
      )
    ],
    devices: { wasm: { works: [], untried: ['int8'] }, webgpu: { works: [], avoid: { int8: 'q8-on-cpu' } } },
    quality: [],
    runsHere: null
  },
  {
    id: 'moonshine',
    name: 'Moonshine',
    stage: 'recognition',
    languages: ['ja', 'ko', 'zh', 'es', 'ar'],
    licence: nonCommercial('LicenseRef-Moonshine-Community', { source: 'model-notes', verified: false }),
    source: { kind: 'other', where: 'One model for each language; no repository of them is known for sure.' },
    variants: [variant('native', [], size(142e6, 'at-most'))],
    devices: {
      wasm: { works: [], untried: ['native'] },
      webgpu: { works: [], untried: ['native'] }
    },
    quality: [],
    runsHere: null,
    cautions: ['revenue-limit']
  }
];
