import { LANGUAGES, STARTER_LANGUAGES } from '$workers/contract';
import {
  FROM_MEMORY,
  FROM_NOTES,
  licence,
  nonCommercial,
  optionalSettings,
  says,
  settings,
  size,
  variant,
  weights
} from './define';
import { FIREFOX_MODELS } from './firefox-translations';
import { OPUS_MT_MODELS } from './opus-mt';
import type { DeviceSupport, ModelFile, TranslationModel } from './types';

const M2M_FILES: readonly ModelFile[] = [
  ...settings('config.json', 'tokenizer.json'),
  ...optionalSettings('generation_config.json', 'tokenizer_config.json'),
  weights('encoder_model', 'q8'),
  weights('decoder_model_merged', 'q8')
];

const Q8_DECODER_ON: Record<'wasm' | 'webgpu', DeviceSupport> = {
  wasm: { works: ['q8'] },
  webgpu: { works: [], avoid: { q8: 'q8-gibberish' } }
};

export const TRANSLATION: readonly TranslationModel[] = [
  {
    id: 'starter-translation',
    name: 'Timbre translates',
    stage: 'translation',
    directions: [{ among: STARTER_LANGUAGES }],
    licence: licence('GPL-3.0-or-later', says('model-card')),
    source: { kind: 'shipped', folder: 'starter/translation' },
    variants: [
      variant(
        'q8',
        [
          ...settings('config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'),
          weights('encoder_model', 'q8'),
          weights('decoder_model_merged', 'q8')
        ],
        size(8_207_018, 'exact', says('files'))
      )
    ],
    devices: Q8_DECODER_ON,
    quality: [
      {
        metric: 'chrF',
        value: 86.2,
        dataset: 'Messages of its own grammar, held out; mean of 30 directions',
        ...says('model-card')
      },
      {
        metric: 'kept',
        value: 92.2,
        dataset: 'The same messages: numbers, times, dates and names',
        ...says('model-card')
      }
    ],
    runsHere: 'm2m100',
    cautions: ['demonstration']
  },
  ...FIREFOX_MODELS,
  ...OPUS_MT_MODELS,
  {
    id: 'm2m100-418m',
    name: 'M2M100 418M',
    stage: 'translation',
    directions: [{ among: LANGUAGES }],
    licence: licence('MIT', FROM_MEMORY),
    source: { kind: 'hub', repo: 'Xenova/m2m100_418M', revision: 'main', ...FROM_NOTES },
    variants: [
      variant('q8', M2M_FILES, size(630e6, 'rounded', { source: 'public-projects', verified: false }))
    ],
    devices: Q8_DECODER_ON,
    quality: [],
    runsHere: 'm2m100',
    cautions: ['quality-unknown']
  },
  {
    id: 'nllb-200-distilled-600m',
    name: 'NLLB 200 distilled 600M',
    stage: 'translation',
    directions: [{ among: LANGUAGES }],
    licence: nonCommercial('CC-BY-NC-4.0', FROM_MEMORY),
    source: { kind: 'hub', repo: 'Xenova/nllb-200-distilled-600M', revision: 'main', ...FROM_NOTES },
    variants: [variant('q8', M2M_FILES, size(900e6, 'rounded'))],
    devices: Q8_DECODER_ON,
    quality: [],
    runsHere: 'nllb',
    cautions: ['drops-sentences']
  },
  {
    id: 'browser-translator',
    name: 'Translator API',
    stage: 'translation',
    // What it really has is asked of the browser, pair by pair.
    directions: [{ among: LANGUAGES }],
    licence: licence('LicenseRef-Browser', { source: 'model-notes', verified: false }),
    source: { kind: 'browser', api: 'Translator' },
    variants: [],
    devices: { wasm: { works: [] }, webgpu: { works: [] } },
    quality: [],
    runsHere: 'browser',
    cautions: ['vendor-terms', 'browser-decides', 'quality-unknown']
  }
];
