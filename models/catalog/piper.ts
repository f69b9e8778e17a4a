/** Piper's voices: one repository for all, a folder for each voice. */
import type { Lang } from '$workers/contract';
import { licence, nonCommercial, says, size, variant } from './define';
import type { CautionCode } from './sentences';
import type { Known, Licence, OtherModel } from './types';

export const PIPER = 'piper';

interface Voice {
  language: Lang;
  /** Piper's: where its folder lies. */
  locale: string;
  name: string;
  licence: Licence;
  /** Of the graph, which is nearly all of it. */
  bytes: number;
  cautions?: CautionCode[];
}

const AUDITED = says('piper-audit');
const DOUBTFUL: Known = { source: 'piper-audit', verified: false };
const SAID_ELSEWHERE: Known = { source: 'public-projects', verified: false };

/**
 * The recordings are free under this licence, but the voice began as another, `lessac`, whose recordings are for
 * research only. Whether that holds for it is not settled: until it is, it is not offered for more.
 */
function ofLessac(spdx: string): Pick<Voice, 'licence' | 'cautions'> {
  return { licence: nonCommercial(spdx, DOUBTFUL), cautions: ['research-parent'] };
}
/** None was found, or nobody who read it where it lies. */
function unknownLicence(): Pick<Voice, 'licence' | 'cautions'> {
  return {
    licence: nonCommercial('LicenseRef-Unknown', SAID_ELSEWHERE),
    cautions: ['licence-unknown']
  };
}

/** In each language the best first: the first that is installed speaks it. */
const VOICES: readonly Voice[] = [
  {
    language: 'en',
    locale: 'en_US',
    name: 'ljspeech',
    licence: licence('LicenseRef-PublicDomain', AUDITED),
    bytes: 63.5e6
  },
  { language: 'fr', locale: 'fr_FR', name: 'siwis', bytes: 63.2e6, ...ofLessac('CC-BY-4.0') },
  // Of 125 people who read books aloud, the first.
  {
    language: 'fr',
    locale: 'fr_FR',
    name: 'mls',
    licence: licence('CC-BY-4.0', AUDITED),
    bytes: 76.7e6
  },
  { language: 'es', locale: 'es_ES', name: 'davefx', bytes: 63.2e6, ...ofLessac('CC0-1.0') },
  { language: 'de', locale: 'de_DE', name: 'thorsten', bytes: 63.2e6, ...ofLessac('CC0-1.0') },
  { language: 'pt', locale: 'pt_BR', name: 'faber', bytes: 63.2e6, ...ofLessac('CC0-1.0') },
  { language: 'it', locale: 'it_IT', name: 'paola', bytes: 63.5e6, ...ofLessac('CC0-1.0') },
  { language: 'pl', locale: 'pl_PL', name: 'gosia', bytes: 63.2e6, ...ofLessac('CC0-1.0') },
  // Its sister `dfki` is under CC-BY-NC-SA. From which voice this one began was not found.
  {
    language: 'tr',
    locale: 'tr_TR',
    name: 'fahrettin',
    licence: nonCommercial('CC0-1.0', SAID_ELSEWHERE),
    bytes: 63.2e6,
    cautions: ['research-parent']
  },
  {
    language: 'ru',
    locale: 'ru_RU',
    name: 'dmitri',
    licence: nonCommercial('CC0-1.0', SAID_ELSEWHERE),
    bytes: 63.2e6,
    cautions: ['research-parent']
  },
  // Trained on from a Flemish voice that was made from nothing, CC0 as well.
  {
    language: 'nl',
    locale: 'nl_NL',
    name: 'alex',
    licence: licence('CC0-1.0', AUDITED),
    bytes: 63.5e6
  },
  { language: 'cs', locale: 'cs_CZ', name: 'jirka', bytes: 63.2e6, ...ofLessac('CC0-1.0') },
  { language: 'ar', locale: 'ar_JO', name: 'kareem', bytes: 63.2e6, ...unknownLicence() },
  { language: 'zh', locale: 'zh_CN', name: 'huayan', bytes: 63.2e6, ...unknownLicence() },
  { language: 'hu', locale: 'hu_HU', name: 'anna', bytes: 63.2e6, ...ofLessac('CC0-1.0') }
];

/** Sizes that the audit names; the others are taken to be as large as their like. */
const SIZED = ['ljspeech', 'siwis', 'mls', 'davefx', 'faber', 'paola', 'gosia', 'alex'];

function entry({ language, locale, name, licence: terms, bytes, cautions = [] }: Voice): OtherModel {
  const voice = `${locale}-${name}-medium`;
  const folder = `${language}/${locale}/${name}/medium`;
  return {
    id: `${PIPER}-${voice}`,
    name: `Piper ${name}`,
    family: PIPER,
    stage: 'synthesis',
    languages: [language],
    licence: terms,
    source: { kind: 'hub', repo: 'rhasspy/piper-voices', revision: 'main', ...says('piper-voices-list') },
    folder,
    variants: [
      variant(
        'fp32',
        [
          { path: `${folder}/${voice}.onnx.json`, saveAs: `${folder}/config.json` },
          { path: `${folder}/${voice}.onnx`, saveAs: `${folder}/onnx/model.onnx`, dtype: 'fp32' }
        ],
        SIZED.includes(name)
          ? size(bytes, 'rounded', AUDITED)
          : size(bytes, 'estimated', { source: 'computed', verified: false })
      )
    ],
    devices: { wasm: { works: [], untried: ['fp32'] }, webgpu: { works: [], untried: ['fp32'] } },
    quality: [],
    runsHere: 'piper',
    ...(cautions.length > 0 ? { cautions } : {})
  };
}

export const PIPER_VOICES: readonly OtherModel[] = VOICES.map(entry);

/** Those that anybody may use for anything. */
export const FREE_PIPER_VOICES: readonly string[] = PIPER_VOICES.flatMap(({ id, licence: terms }) =>
  terms.commercialUse ? [id] : []
);

/** What its makers call a voice: `fr_FR-siwis-medium`. */
export function piperName(id: string): string {
  return id.slice(PIPER.length + 1);
}
