import type { Lang } from '$workers/contract';
import { FROM_MEMORY, licence, optionalSettings, says, settings, size, variant, weights } from './define';
import type { Known, TranslationModel } from './types';

export const OPUS_MT = 'opus-mt';

/**
 * The conversions that exist between product languages: name, from, to. There is none from English to
 * Polish, Turkish or Korean. Japanese as a target and Portuguese have names of their own.
 */
const CONVERTED: readonly (readonly [name: string, from: Lang, to: Lang])[] = [
  ['en-fr', 'en', 'fr'],
  ['fr-en', 'fr', 'en'],
  ['en-es', 'en', 'es'],
  ['es-en', 'es', 'en'],
  ['en-de', 'en', 'de'],
  ['de-en', 'de', 'en'],
  ['en-it', 'en', 'it'],
  ['it-en', 'it', 'en'],
  ['en-ru', 'en', 'ru'],
  ['ru-en', 'ru', 'en'],
  ['en-nl', 'en', 'nl'],
  ['nl-en', 'nl', 'en'],
  ['en-cs', 'en', 'cs'],
  ['cs-en', 'cs', 'en'],
  ['en-ar', 'en', 'ar'],
  ['ar-en', 'ar', 'en'],
  ['en-zh', 'en', 'zh'],
  ['zh-en', 'zh', 'en'],
  ['en-hu', 'en', 'hu'],
  ['hu-en', 'hu', 'en'],
  ['en-jap', 'en', 'ja'],
  ['ja-en', 'ja', 'en'],
  ['pl-en', 'pl', 'en'],
  ['tr-en', 'tr', 'en'],
  ['ko-en', 'ko', 'en'],
  // Several Romance languages in one model; the target is named by a mark such as >>pt<< before the text.
  ['en-ROMANCE', 'en', 'pt'],
  ['ROMANCE-en', 'pt', 'en'],
  ['fr-es', 'fr', 'es'],
  ['es-fr', 'es', 'fr'],
  ['fr-de', 'fr', 'de'],
  ['de-fr', 'de', 'fr'],
  ['de-es', 'de', 'es'],
  ['es-de', 'es', 'de'],
  ['es-it', 'es', 'it'],
  ['it-es', 'it', 'es'],
  ['it-fr', 'it', 'fr'],
  ['nl-fr', 'nl', 'fr'],
  ['fr-ru', 'fr', 'ru'],
  ['ru-fr', 'ru', 'fr'],
  ['es-ru', 'es', 'ru'],
  ['ru-es', 'ru', 'es']
];

const LISTED: Known = says('converted-pairs');

export const OPUS_MT_MODELS: readonly TranslationModel[] = CONVERTED.map(([name, from, to]) => ({
  id: `${OPUS_MT}-${name}`,
  name: `Opus-MT ${from} → ${to}`,
  family: OPUS_MT,
  stage: 'translation',
  directions: [{ from, to }],
  licence: licence('CC-BY-4.0', FROM_MEMORY),
  source: { kind: 'hub', repo: `Xenova/opus-mt-${name}`, revision: 'main', ...LISTED },
  variants: [
    variant(
      'q8',
      [
        ...settings('config.json', 'tokenizer.json'),
        ...optionalSettings('generation_config.json', 'tokenizer_config.json'),
        weights('encoder_model', 'q8'),
        weights('decoder_model_merged', 'q8')
      ],
      size(130e6, 'at-most')
    )
  ],
  devices: { wasm: { works: ['q8'] }, webgpu: { works: [], avoid: { q8: 'wasm-faster' } } },
  quality: [],
  runsHere: 'marian',
  cautions: ['one-pair-each', 'quality-unknown'],
  // A fusion of onnxruntime 1.25 broke these graphs.
  session: { graphOptimizationLevel: 'basic' }
}));
