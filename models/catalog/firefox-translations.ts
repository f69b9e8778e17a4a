import { LANGUAGES, type Lang } from '$workers/contract';
import { FROM_NOTES, licence, says, size, variant } from './define';
import type { Known, ModelFile, TranslationModel } from './types';

export const FIREFOX_TRANSLATIONS = 'firefox-translations';

type Foreign = Exclude<Lang, 'en'>;
/** Bytes of the model, of its list of likely words, and of one vocabulary for both sides or one for each. */
type Bytes = readonly [model: number, shortlist: number, ...vocabularies: number[]];

const FROM_ENGLISH: Record<Foreign, Bytes> = {
  fr: [31_561_787, 4_372_936, 814_404],
  es: [31_561_787, 4_198_436, 816_054],
  de: [31_561_787, 4_347_672, 810_073],
  pt: [31_561_787, 3_970_340, 816_726],
  it: [31_561_787, 4_133_192, 812_724],
  pl: [31_561_787, 3_540_052, 821_612],
  tr: [17_141_051, 3_261_300, 798_793],
  ru: [31_561_787, 2_774_540, 904_455],
  nl: [31_561_787, 4_030_624, 807_708],
  cs: [31_561_787, 3_572_436, 815_154],
  ar: [31_561_787, 3_139_692, 863_591],
  zh: [43_849_787, 4_485_184, 806_952, 772_004],
  ja: [43_849_787, 4_128_360, 796_275, 827_144],
  hu: [31_561_787, 3_419_024, 832_855],
  ko: [43_849_787, 6_449_612, 791_280, 815_353]
};

const TO_ENGLISH: Record<Foreign, Bytes> = {
  fr: [31_561_787, 4_824_120, 814_404],
  es: [31_561_787, 4_636_248, 816_054],
  de: [31_561_787, 4_945_796, 810_073],
  pt: [31_561_787, 4_634_492, 816_726],
  it: [31_561_787, 4_713_616, 812_724],
  pl: [31_561_787, 4_964_208, 821_612],
  tr: [17_140_836, 4_662_492, 811_353],
  ru: [31_561_787, 4_397_908, 952_371],
  nl: [31_561_787, 4_862_412, 807_708],
  cs: [31_561_787, 4_990_588, 815_154],
  ar: [31_561_787, 4_627_200, 860_035],
  zh: [43_977_787, 9_219_192, 1_359_697],
  ja: [43_977_787, 9_348_172, 1_443_222],
  hu: [31_561_787, 4_847_184, 832_895],
  ko: [43_977_787, 8_617_516, 1_410_063]
};

/**
 * Marian takes memory in large blocks, whatever a model weighs: what one takes of the addresses that a program has, of
 * which four fifths were in use. The largest were not measured: theirs lies on the line through the two others.
 */
function memoryOf(model: number): { bytes: number; known: Known } {
  if (model < 20e6) return { bytes: 460e6, known: says('bergamot-memory') };
  if (model < 32e6) return { bytes: 550e6, known: says('bergamot-memory') };
  return { bytes: 630e6, known: { source: 'bergamot-memory', verified: false } };
}

function files(from: Lang, to: Lang, [model, shortlist, ...vocabularies]: Bytes): ModelFile[] {
  const pair = `${from}${to}`;
  const names = vocabularies.length > 1 ? ['srcvocab', 'trgvocab'] : ['vocab'];
  return [
    { path: `${from}-${to}/model.${pair}.intgemm.alphas.bin`, bytes: model },
    { path: `${from}-${to}/lex.50.50.${pair}.s2t.bin`, bytes: shortlist },
    ...vocabularies.map((bytes, i) => ({ path: `${from}-${to}/${names[i] ?? 'vocab'}.${pair}.spm`, bytes }))
  ];
}

/** One direction; runs in Bergamot, a WASM program of 5 MB that is fetched with the first of them. */
function direction(from: Lang, to: Lang, bytes: Bytes): TranslationModel {
  return {
    id: `${FIREFOX_TRANSLATIONS}-${from}-${to}`,
    name: `Firefox translations ${from} → ${to}`,
    family: FIREFOX_TRANSLATIONS,
    stage: 'translation',
    directions: [{ from, to }],
    licence: licence('MPL-2.0'),
    // Mozilla's own servers send no CORS header.
    source: { kind: 'hub', repo: 'midudev/firefox-translations', revision: 'main', ...FROM_NOTES },
    folder: `${from}-${to}`,
    variants: [
      variant(
        'native',
        files(from, to, bytes),
        size(
          bytes.reduce((sum, part) => sum + part, 0),
          'exact',
          says('mirror-list')
        ),
        memoryOf(bytes[0])
      )
    ],
    devices: { wasm: { works: ['native'] }, webgpu: { works: [], avoid: { native: 'not-for-gpu' } } },
    quality: [
      {
        metric: 'COMET-22',
        value: [0.85, 0.89],
        dataset: null,
        of: 'All 58 languages with English',
        ...FROM_NOTES
      }
    ],
    runsHere: 'bergamot',
    cautions: ['one-pair-each']
  };
}

export const FIREFOX_MODELS: readonly TranslationModel[] = LANGUAGES.flatMap((language) =>
  language === 'en'
    ? []
    : [
        direction('en', language, FROM_ENGLISH[language]),
        direction(language, 'en', TO_ENGLISH[language])
      ]
);
