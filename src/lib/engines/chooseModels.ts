/** Which models a stage works with: those that ship, or installed ones of the hub. */
import {
  CLONING_ENGINES,
  DEFAULT_MODELS,
  STARTER_LANGUAGES,
  type BaseVoiceModel,
  type CloningEngine,
  type Device,
  type Lang,
  type SpeakerFrontEnd,
  type TranslatorModel
} from '../../../workers/contract';
import {
  bestVariant,
  languagesOf,
  modelById,
  MODELS,
  pairsAmong,
  PIPER,
  piperName,
  TIER_PLANS,
  TIERS,
  translates,
  type DeviceLimits,
  type Model,
  type Stage,
  type Tier,
  type TranslationModel
} from '../../../models/catalog';

import { trustKey, type UsedModel } from './trust';

/** A model that the library has whole. */
export interface InstalledModel {
  /** Of the catalogue. */
  id: string;
  repo: string;
  /** The catalogue's name of the variant; null when it came from a disk and doesn't say. */
  dtype: string | null;
}

/** The stages in which a person can choose. */
export type ChoosableStage = 'transcriber' | 'translator' | 'speakerEncoder' | 'voiceConverter';

export interface Situation {
  /** `auto`, a catalogue id or family, or a folder below `modelBase` (which has a slash). */
  wanted: string;
  installed: readonly InstalledModel[];
  /** Ids that failed here and are not tried again by themselves. */
  setAside: readonly string[];
  /** What failed on a device here (`trustKey`), and runs on others. */
  distrusted: readonly string[];
  /** What may run, in order of preference. */
  devices: readonly Device[];
  tier: Tier;
}

export interface Chosen {
  /** A folder below `modelBase`; of several translation models the first. Null: there is no model for this. */
  folder: string | null;
  /** Translation only: several, the preferred first. */
  translators?: readonly TranslatorModel[];
  /** Speech only: what `folder` is a model of. */
  cloningEngine?: CloningEngine;
  /** Speech only: fetched base voices, one a language. */
  baseVoices?: readonly BaseVoiceModel[];
  /** Speech only: the folder of what marks it. */
  watermark?: string;
  /** Speaker encoders only, where the catalogue knows it. */
  speakerFrontEnd?: SpeakerFrontEnd;
  /** Those of the situation's devices on which all of it works. */
  devices: readonly Device[];
  /** Each model's folder, once. */
  used: readonly UsedModel[];
  /** Catalogue ids of the hub's models among them; empty: only what ships. */
  hub: readonly string[];
}

export const CATALOGUE_STAGE = {
  transcriber: 'recognition',
  translator: 'translation',
  speakerEncoder: 'speaker',
  voiceConverter: 'cloning'
} as const satisfies Record<ChoosableStage, Stage>;

interface Usable extends UsedModel {
  model: Model;
  id: string;
  devices: readonly Device[];
}

/** Where the library's files of a repository lie for engines. @param folder below it, where a model has one. */
export function libraryFolder(repo: string, folder?: string): string {
  return folder === undefined ? `hub/${repo}` : `hub/${repo}/${folder}`;
}

/**
 * The person's choice where it can be had, else the best installed model that the device carries, else the
 * starter model, where there is one. A model whose licence forbids commercial use, or that no tier has, is never chosen unasked.
 */
export function chooseModels(stage: ChoosableStage, situation: Situation): Chosen {
  const { wanted } = situation;
  const chosen = wanted.includes('/') ? folderOf(stage, situation) : chosenOf(stage, situation);
  return stage === 'voiceConverter' ? withWatermark(withBaseVoices(chosen, situation), situation) : chosen;
}

function folderOf(stage: ChoosableStage, situation: Situation): Chosen {
  const chosen = folderAlone(situation.wanted, situation);
  const engine = stage === 'voiceConverter' ? cloningEngineIn(situation.wanted) : undefined;
  return engine ? { ...chosen, cloningEngine: engine } : chosen;
}

/** Of a folder that no catalogue knows: its own name says it. Undefined: OpenVoice. */
export function cloningEngineIn(folder: string): CloningEngine | undefined {
  return CLONING_ENGINES.find((engine) => folder.split('/').at(-1) === engine);
}

function chosenOf(stage: ChoosableStage, situation: Situation): Chosen {
  const { wanted } = situation;
  const usable = usableModels(stage, situation);
  // A person may try more than the device is thought to carry; what does not load is set aside.
  const named = usableModels(stage, situation, true).filter(
    ({ model }) => model.id === wanted || model.family === wanted
  );
  const shipped = modelById(wanted)?.source.kind === 'shipped';
  const taken = shipped ? [] : named.length > 0 ? named : ranked(stage, usable);
  return stage === 'translator' ? translation(taken, situation) : single(stage, taken, situation);
}

/** The installed models of a stage that can run here, whether or not they would be chosen unasked. */
function usableModels(stage: ChoosableStage, situation: Situation, asked = false): Usable[] {
  return usableOf(CATALOGUE_STAGE[stage], situation, asked);
}

function usableOf(stage: Stage, situation: Situation, asked: boolean): Usable[] {
  return situation.installed.flatMap((entry) => {
    const model = modelById(entry.id);
    if (!model || model.stage !== stage || model.runsHere === null) return [];
    if (situation.setAside.includes(model.id)) return [];
    const used = { id: model.id, dtype: entry.dtype, folder: libraryFolder(entry.repo, model.folder) };
    const devices = carriedOn(model, entry.dtype, situation, asked).filter(
      (device) => !situation.distrusted.includes(trustKey(used, device))
    );
    return devices.length > 0 ? [{ ...used, model, devices }] : [];
  });
}

/** The devices on which a stored variant works within the tier's limits; its memory plays no part when it was asked for. */
export function carriedOn(
  model: Model,
  dtype: string | null,
  { devices, tier }: Pick<Situation, 'devices' | 'tier'>,
  asked = false
): Device[] {
  const name = dtype ?? model.variants[0]?.name;
  const only = { ...model, variants: model.variants.filter((variant) => variant.name === name) };
  const limits = asked ? askedLimits(tier) : TIER_PLANS[tier];
  return devices.filter((device) => bestVariant(only, device, limits) !== undefined);
}

/** Of a model that a person asks for: only what no browser could hold is out of reach. */
export function askedLimits(tier: Tier): DeviceLimits {
  return { ...TIER_PLANS[tier], memoryBytes: TIER_PLANS['high-end'].memoryBytes };
}

/** By what asks most of a device, which is the better model in every stage; what no tier has is left out. */
function ranked(stage: ChoosableStage, usable: readonly Usable[]): Usable[] {
  const order = [...TIERS].reverse().flatMap((tier) => TIER_PLANS[tier].order[CATALOGUE_STAGE[stage]]);
  const rank = ({ model }: Usable) =>
    order.findIndex((entry) => entry === model.id || entry === model.family);
  return usable
    .filter((entry) => entry.model.licence.commercialUse && rank(entry) >= 0)
    .sort((a, b) => rank(a) - rank(b));
}

function single(
  stage: Exclude<ChoosableStage, 'translator'>,
  [first]: readonly Usable[],
  situation: Situation
): Chosen {
  if (!first) {
    const shipped = DEFAULT_MODELS[stage];
    if (shipped !== undefined) return folderAlone(shipped, situation);
    return {
      folder: null,
      devices: situation.devices.filter((device) => device === 'wasm'),
      used: [],
      hub: []
    };
  }
  const { folder, devices, id, model } = first;
  const frontEnd = model.runsHere === 'ecapa-speechbrain' ? 'speechbrain' : undefined;
  const cloning = CLONING_ENGINES.find((engine) => engine === model.runsHere);
  return {
    folder,
    ...(frontEnd ? { speakerFrontEnd: frontEnd } : {}),
    ...(cloning ? { cloningEngine: cloning } : {}),
    devices,
    used: [usedOf(first)],
    hub: [id]
  };
}

/**
 * The installed base voices speak in their languages, the first of the catalogue where a language has several. Who
 * fetched one asked for it: it is of use for nothing else, and a licence that limits it was accepted before.
 */
function withBaseVoices(chosen: Chosen, situation: Situation): Chosen {
  const order = MODELS.map(({ id }) => id);
  const voices = usableOf('synthesis', situation, true)
    .filter(({ model }) => model.runsHere === PIPER)
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
    .filter(({ model }, i, all) => all.findIndex((other) => speakAlike(model, other.model)) === i);
  if (voices.length === 0) return chosen;
  const all = [...(chosen.folder === null ? [] : [chosen]), ...voices];
  return {
    ...chosen,
    baseVoices: voices.flatMap(({ model, folder, id }) =>
      languagesOf(model).map((language) => ({ language, model: folder, name: piperName(id) }))
    ),
    devices: situation.devices.filter((device) => all.every(({ devices }) => devices.includes(device))),
    used: [...chosen.used, ...voices.map(usedOf)],
    hub: [...chosen.hub, ...voices.map(({ id }) => id)]
  };
}

/** It marks whatever speaks, where it is installed; on WASM, so that the devices of the others stay. */
function withWatermark(chosen: Chosen, situation: Situation): Chosen {
  const [watermark] = usableOf('watermark', situation, true);
  if (!watermark) return chosen;
  return {
    ...chosen,
    watermark: watermark.folder,
    used: [...chosen.used, usedOf(watermark)],
    hub: [...chosen.hub, watermark.id]
  };
}

function speakAlike(a: Model, b: Model): boolean {
  return languagesOf(a).join() === languagesOf(b).join();
}

/** The starter model stays for the pairs that the others reach neither straight nor through English. */
function translation(taken: readonly Usable[], situation: Situation): Chosen {
  const starter = DEFAULT_MODELS.translator;
  const models = taken.flatMap(({ model }) => (model.stage === 'translation' ? model : []));
  if (models.length === 0) return folderAlone(starter, situation);
  const direct = (from: Lang, to: Lang) => models.some((model) => translates(model, from, to));
  const left = pairsAmong(STARTER_LANGUAGES).filter(
    ({ from, to }) => !direct(from, to) && !(direct(from, 'en') && direct('en', to))
  );
  const own = taken.flatMap(({ model, folder }) =>
    model.stage === 'translation' ? directionsOf(model, folder) : []
  );
  return {
    folder: own[0]?.model ?? starter,
    translators: [...own, ...left.map((directions) => ({ model: starter, directions }))],
    devices: situation.devices.filter((device) => taken.every(({ devices }) => devices.includes(device))),
    used: [...taken.map(usedOf), ...(left.length > 0 ? [shippedAt(starter)] : [])],
    hub: models.map(({ id }) => id)
  };
}

function directionsOf(model: TranslationModel, folder: string): TranslatorModel[] {
  const engine = model.runsHere === 'bergamot' ? ({ engine: 'bergamot' } as const) : {};
  return model.directions.map((directions) => ({ model: folder, directions, ...engine, ...model.session }));
}

/**
 * The starter models are 8-bit: their matrix products run on the CPU whatever the device, so a GPU would only
 * cost the larger runtime.
 */
function folderAlone(folder: string, { devices, distrusted }: Situation): Chosen {
  const used = shippedAt(folder);
  const isStarter = folder.startsWith('starter/');
  const fit = (device: Device) =>
    device === 'wasm' || (!isStarter && !distrusted.includes(trustKey(used, device)));
  return { folder, devices: devices.filter(fit), used: [used], hub: [] };
}

function usedOf({ folder, dtype, id }: Usable): UsedModel {
  return { folder, dtype, id };
}

function shippedAt(folder: string): UsedModel {
  return { folder, dtype: null, id: null };
}
