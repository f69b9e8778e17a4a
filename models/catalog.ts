/**
 * Every model that Timbre uses or keeps a place for: what it does, in which languages, under which licence,
 * where its files lie, how large they are, and on which device they work. Each fact names its source. None of
 * the models on the hub was fetched or run by us: each is tested on the person's device before it is trusted.
 */
export {
  bestVariant,
  bytesOf,
  handles,
  languagesOf,
  translates,
  variantNamed,
  type DeviceLimits
} from './catalog/ask';
export { setFor, type Choice, type Missing, type ModelSet, type SetOptions } from './catalog/choose';
export { DTYPE_SUFFIX, memoryNeeded } from './catalog/define';
export { FIREFOX_TRANSLATIONS } from './catalog/firefox-translations';
export { modelById, MODELS, modelsOf } from './catalog/models';
export { OPUS_MT } from './catalog/opus-mt';
export { PIPER, piperName } from './catalog/piper';
export { coverPairs, pairsAmong, type Cover, type Pair } from './catalog/routes';
export {
  CAUTIONS,
  LANGUAGE_LIMITS,
  REASONS,
  SOURCES,
  type CautionCode,
  type LanguageLimit,
  type ReasonCode,
  type SourceId
} from './catalog/sentences';
export { TIER_PLANS, TIERS, type Tier, type TierPlan } from './catalog/tiers';
export type {
  DeviceSupport,
  Dtype,
  EngineName,
  Known,
  Licence,
  Metric,
  Model,
  ModelFile,
  ModelSource,
  OtherModel,
  QualityFigure,
  Size,
  Stage,
  TranslationModel,
  Variant,
  VariantName
} from './catalog/types';
