/** What the catalogue says of a model. Every fact carries where it was read. */
import type { Device, Lang, TranslationDirections } from '$workers/contract';
import type { CautionCode, LanguageLimit, ReasonCode, SourceId } from './sentences';

export type Stage =
  | 'voice-activity'
  | 'recognition'
  | 'translation'
  | 'speaker'
  /** Base voices. */
  | 'synthesis'
  /** Models that speak, or turn speech, into a person's own voice. */
  | 'cloning'
  | 'watermark';

/** How a fact is known. Nothing on the hub was run, or fetched, by us. */
export interface Known {
  source: SourceId;
  /** True: the named source says so. False: from memory, computed, inferred, or sources disagree. */
  verified: boolean;
}

/** How numbers are stored, by transformers.js's names. */
export type Dtype = 'fp32' | 'fp16' | 'q8' | 'int8' | 'q4' | 'q4f16';

/**
 * One way to store a model. Where its parts differ, their dtypes in the order of the parts: `fp32+q4` is an
 * encoder at fp32 with a decoder at q4. `native`: a format of its own.
 */
export type VariantName = Dtype | `${Dtype}+${Dtype}` | 'native';

export interface ModelFile {
  /** Below the repository, or the shipped folder. */
  path: string;
  /** Where the engine looks for it below the model's folder, when that is not `path`. */
  saveAs?: string;
  /** Of weights. */
  dtype?: Dtype;
  /** Fetched where the repository has it; the engine does without. */
  optional?: boolean;
  /** Of this file alone, where known. */
  bytes?: number;
}

/** Bytes to fetch. The hub's own list of files is asked before a download and has the last word. */
export interface Size extends Known {
  bytes: number;
  /**
   * `exact`: of the files themselves. `rounded`: published with two or three digits, weights only.
   * `at-most`: the upper end of what was published or allowed. `estimated`: worked out by us.
   */
  precision: 'exact' | 'rounded' | 'at-most' | 'estimated';
}

export interface Variant {
  name: VariantName;
  /** Empty where the names of the files are not known yet. */
  files: readonly ModelFile[];
  size: Size;
  /** While it loads. An estimate (see `memoryNeeded`), unless `memorySource` says where it was measured. */
  memoryBytes: number;
  memorySource?: Known;
}

/** What is known of one device. What works by report still has to pass the self-test on the person's own. */
export interface DeviceSupport {
  /** Reported to work, the best first. */
  works: readonly VariantName[];
  /** No report either way, the most promising first. */
  untried?: readonly VariantName[];
  /** Not to be used, and why. Also dtypes that are not offered here but exist on the hub. */
  avoid?: Partial<Record<VariantName, ReasonCode>>;
}

export interface Licence extends Known {
  /** SPDX identifier, or `LicenseRef-…`. */
  spdx: string;
  /** True: anybody may, on no further condition than naming the authors or passing on the source. */
  commercialUse: boolean;
}

export type ModelSource =
  /** Comes with the app. `folder` lies below `WorkerConfig.modelBase`. */
  | { kind: 'shipped'; folder: string }
  | ({ kind: 'hub'; repo: string; revision: 'main' } & Known)
  | { kind: 'browser'; api: 'Translator' }
  /** To be found: no repository is known that could be named here. */
  | { kind: 'other'; where: string };

/** WER, CER, EER, kept in %; chrF 0…100; COMET-22, SECS −1…1; RTF is processing time by audio time. */
export type Metric = 'WER' | 'CER' | 'chrF' | 'COMET-22' | 'EER' | 'SECS' | 'RTF' | 'kept';

export interface QualityFigure extends Known {
  metric: Metric;
  /** A pair is a range: lowest, highest. */
  value: number | readonly [number, number];
  /** Null where the source does not say. */
  dataset: string | null;
  /** Of these languages; of all that the model has when left out. */
  languages?: readonly Lang[];
  /** What was measured, when it was not this very model. */
  of?: string;
}

/** What the app has code for today. */
export type EngineName =
  | 'silero'
  | 'whisper'
  | 'marian'
  | 'm2m100'
  | 'nllb'
  | 'ecapa'
  | 'ecapa-speechbrain'
  | 'espeak'
  | 'piper'
  | 'openvoice'
  | 'chatterbox'
  | 'pocket'
  | 'audioseal'
  | 'bergamot'
  | 'browser';

interface ModelFacts {
  id: string;
  /** A proper name, the same in every language of the interface. */
  name: string;
  /** Models of one kind, one a direction or language, that the page shows as one. */
  family?: string;
  licence: Licence;
  source: ModelSource;
  /** Below the repository, where several models share one and the engine looks for names of its own. */
  folder?: string;
  /** None: nothing to fetch. */
  variants: readonly Variant[];
  devices: Readonly<Record<Device, DeviceSupport>>;
  quality: readonly QualityFigure[];
  /** Null: a place is kept, no engine runs it yet. */
  runsHere: EngineName | null;
  /** What a person should know before they take it. */
  cautions?: readonly CautionCode[];
  /** How the session must be created, where the runtime's default breaks the model. */
  session?: { graphOptimizationLevel: 'basic' };
}

export interface TranslationModel extends ModelFacts {
  stage: 'translation';
  /** What it translates directly. */
  directions: readonly TranslationDirections[];
}

export interface OtherModel extends ModelFacts {
  stage: Exclude<Stage, 'translation'>;
  /** `any`: the language makes no difference to it. */
  languages: readonly Lang[] | 'any';
  /** Languages that it speaks only in part, or only with help that the app lacks. */
  limits?: Partial<Record<Lang, LanguageLimit>>;
}

export type Model = TranslationModel | OtherModel;
