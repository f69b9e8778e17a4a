/** The sensible set of models for a device and a group of languages. */
import type { Device, Lang } from '$workers/contract';
import { bestVariant, handles } from './ask';
import { modelsOf } from './models';
import { coverPairs, type Pair } from './routes';
import { TIER_PLANS, type Tier, type TierPlan } from './tiers';
import type { Model, OtherModel, Stage, TranslationModel, Variant } from './types';

/** A model with the way it is stored and where it runs first. */
export interface Choice {
  model: Model;
  variant: Variant;
  device: Device;
}

export type Missing = { stage: OtherModel['stage']; language: Lang } | ({ stage: 'translation' } & Pair);

export interface ModelSet {
  tier: Tier;
  choices: readonly Choice[];
  /** To fetch, in bytes; what ships with the app is not counted. */
  downloadBytes: number;
  /** Languages and pairs left without a model. Cloning may be missing: speech is then matched, not cloned. */
  missing: readonly Missing[];
}

export interface SetOptions {
  /** Also models that no engine runs yet. For looking ahead; never for a download. Default false. */
  includePlanned?: boolean;
}

/**
 * The models of a tier for people who speak these languages, each to be heard, spoken and translated into
 * each other. No tier has models whose licence forbids commercial use or ties it to conditions.
 * @param languages in any order; one alone needs no translation.
 */
export function setFor(tier: Tier, languages: readonly Lang[], options: SetOptions = {}): ModelSet {
  const plan = TIER_PLANS[tier];
  const wanted = [...new Set(languages)];
  const missing: Missing[] = [];
  const choices = STAGES.flatMap((stage) => {
    const found =
      stage === 'translation'
        ? translation(plan, wanted, options)
        : speech(stage, candidates(plan, stage, options), wanted);
    missing.push(...found.missing);
    return found.choices;
  });
  const downloadBytes = choices.reduce((sum, choice) => sum + fetchBytes(choice), 0);
  return { tier, choices, downloadBytes, missing };
}

const STAGES: readonly Stage[] = [
  'voice-activity',
  'recognition',
  'translation',
  'speaker',
  'synthesis',
  'cloning',
  'watermark'
];

interface Found {
  choices: readonly Choice[];
  missing: readonly Missing[];
}

/** The tier's models of a stage that fit and run, preferred first; those of one family or id together. */
function candidates(plan: TierPlan, stage: Stage, options: SetOptions): Choice[][] {
  return plan.order[stage].map((entry) =>
    modelsOf(stage)
      .filter((model) => model.id === entry || model.family === entry)
      .filter((model) => options.includePlanned === true || model.runsHere !== null)
      .flatMap((model) => placed(model, plan) ?? [])
  );
}

function placed(model: Model, plan: TierPlan): Choice | undefined {
  for (const device of plan.devices) {
    const variant = bestVariant(model, device, plan);
    if (variant) return { model, variant, device };
  }
  return undefined;
}

/**
 * Base voices take the best model for each language. Elsewhere one model for all is better than several: a conversation
 * in two languages shall not need two recognisers in memory, and one engine clones at a time.
 */
function speech(stage: OtherModel['stage'], groups: readonly Choice[][], languages: readonly Lang[]): Found {
  const all = groups.flat();
  const knows = ({ model }: Choice, language: Lang) =>
    model.stage !== 'translation' && handles(model, language);
  const bestFor = (language: Lang) => all.find((choice) => knows(choice, language));
  const best = new Map(languages.map((language) => [language, bestFor(language)]));
  const one = all.find((choice) => languages.every((language) => knows(choice, language)));
  const choices = stage !== 'synthesis' && one ? [one] : [...new Set([...best.values()].flatMap((choice) => choice ?? []))];
  // No watermark is no language left out.
  const missing = stage === 'watermark' ? [] : languages.filter((language) => !best.get(language));
  return { choices, missing: missing.map((language) => ({ stage, language })) };
}

/** The first entry that translates every pair alone; else all entries together, earlier ones preferred. */
function translation(plan: TierPlan, languages: readonly Lang[], options: SetOptions): Found {
  const groups = candidates(plan, 'translation', options);
  const byId = new Map(groups.flat().map((choice) => [choice.model.id, choice]));
  const bytes = (model: TranslationModel) => {
    const choice = byId.get(model.id);
    return choice ? fetchBytes(choice) : 0;
  };
  const cover = (group: readonly Choice[]) =>
    coverPairs(
      languages,
      group.flatMap(({ model }) => (model.stage === 'translation' ? model : [])),
      bytes
    );
  const covers = groups.map(cover);
  const found = covers.find(({ missing }) => missing.length === 0) ?? cover(groups.flat());
  return {
    choices: found.models.flatMap(({ id }) => byId.get(id) ?? []),
    missing: found.missing.map((pair) => ({ stage: 'translation', ...pair }))
  };
}

function fetchBytes({ model, variant }: Choice): number {
  return model.source.kind === 'shipped' ? 0 : variant.size.bytes;
}
