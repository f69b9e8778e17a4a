/** What each stage's worker is told: which models, on which devices. */
import { DEFAULT_MODELS, type Device, type WorkerConfig } from '../../../workers/contract';
import { TIER_PLANS } from '../../../models/catalog';
import type { EnginesConfig } from './createEngines';
import {
  chooseModels,
  cloningEngineIn,
  type ChoosableStage,
  type Chosen,
  type InstalledModel
} from './chooseModels';
import type { WebGpuUse } from './devicePlan';
import { deviceView, type DeviceView } from './deviceView';
import { GPU_ITSELF, type UsedModel } from './trust';

/** Where a person wants a stage to run. `webgpu` also takes an imitated GPU; its tests it must pass all the same. */
export type DeviceChoice = 'auto' | Device;

/** What the person chose and has, asked before each call. */
export interface ModelShelf {
  read(): Promise<Shelved>;
  /** Remembers that a model did not work here, so that `read` says so from now on. */
  setAside(id: string): Promise<void>;
  /** Remembers what failed on a device here (`trustKey`), in the same way. */
  distrust(keys: readonly string[]): Promise<void>;
}

export interface Shelved {
  /** `auto`, a catalogue id or family, or a folder. */
  wanted: Readonly<Record<ChoosableStage, string>>;
  devices: Readonly<Record<ChoosableStage, DeviceChoice>>;
  installed: readonly InstalledModel[];
  setAside: readonly string[];
  distrusted: readonly string[];
}

export interface StageConfig {
  worker: WorkerConfig;
  used: readonly UsedModel[];
  /** Catalogue ids of the hub's models that it uses. */
  hub: readonly string[];
  /** Of the device's plan: one fetched model in memory at a time. */
  oneAtATime: boolean;
}

/** For a fetched recogniser on a device that can spare it: Whisper's own figure (Radford et al., 2022). */
const BEAMS = 5;
const EITHER: readonly Device[] = ['webgpu', 'wasm'];

/** @param otherwise where nothing was chosen. */
export function useOfWebGpu(choice: DeviceChoice, otherwise: WebGpuUse = 'auto'): WebGpuUse {
  return { auto: otherwise, webgpu: 'force', wasm: 'never' }[choice] as WebGpuUse;
}

export function createStageConfigs(config: EnginesConfig) {
  const { runtimeBase, modelBase, models, translators, library } = config;
  const otherwise = config.webgpu ?? 'auto';
  const look = (webgpu: WebGpuUse, distrusted = false): Promise<DeviceView> =>
    deviceView({
      webgpu,
      distrusted,
      runtimeBase,
      modelBase,
      ...(config.selfTestLimitMs === undefined ? {} : { selfTestLimitMs: config.selfTestLimitMs }),
      ...(config.clock ? { clock: config.clock } : {})
    });
  const { transcriberType, transcriberBeams, baseVoices } = config;
  const plain = {
    runtimeBase,
    modelBase,
    ...(transcriberType ? { transcriberType } : {}),
    ...(transcriberBeams ? { transcriberBeams } : {})
  };

  /** @param stage left out: it runs no ONNX model. */
  return async function settle(stage: ChoosableStage | undefined): Promise<StageConfig> {
    if (stage && library) return shelved(stage, await library.read(), library);
    const folder = stage && { ...DEFAULT_MODELS, ...models }[stage];
    const helps =
      (folder !== undefined && (otherwise === 'force' || !folder.startsWith('starter/'))) ||
      (stage === 'voiceConverter' && baseVoices !== undefined);
    const { plan } = await look(helps ? otherwise : 'never');
    const cloning = stage === 'voiceConverter' && folder !== undefined ? cloningEngineIn(folder) : undefined;
    const worker = {
      ...plain,
      ...(models ? { models } : {}),
      ...(cloning ? { cloningEngine: cloning } : {}),
      ...(translators ? { translators } : {}),
      ...(baseVoices ? { baseVoices } : {}),
      plan
    };
    return { worker, used: [], hub: [], oneAtATime: false };
  };

  /** The GPU is examined only where the model that would be chosen with one gains by it. */
  async function shelved(stage: ChoosableStage, held: Shelved, shelf: ModelShelf): Promise<StageConfig> {
    const { installed, setAside, distrusted } = held;
    const choose = (devices: readonly Device[], tier: DeviceView['tier']): Chosen =>
      chooseModels(stage, { wanted: held.wanted[stage], installed, setAside, distrusted, devices, tier });
    const hopeful = choose(EITHER, 'high-end');
    const use = useOfWebGpu(held.devices[stage], otherwise);
    const failedBefore = distrusted.includes(GPU_ITSELF);
    const view = await look(hopeful.devices.includes('webgpu') ? use : 'never', failedBefore);
    if (view.gpu === 'distrusted' && !failedBefore) await shelf.distrust([GPU_ITSELF]);
    const chosen = choose(view.plan.devices, view.tier);
    const devices = view.plan.devices.filter((device) => chosen.devices.includes(device));
    const { used, hub } = chosen;
    const { oneAtATime } = TIER_PLANS[view.tier];
    const spare = stage === 'transcriber' && hub.length > 0 && view.tier === 'high-end';
    /** The library's, else those of the configuration. */
    const spoken = chosen.baseVoices ?? (stage === 'voiceConverter' ? baseVoices : undefined);
    const worker = {
      ...(spare ? { transcriberBeams: BEAMS } : {}),
      ...plain,
      ...(oneAtATime && hub.length > 1 ? { oneModelAtATime: true } : {}),
      models: {
        ...models,
        ...(chosen.folder === null ? {} : { [stage]: chosen.folder }),
        ...(chosen.watermark === undefined ? {} : { watermark: chosen.watermark })
      },
      ...(chosen.translators ? { translators: chosen.translators } : {}),
      ...(spoken ? { baseVoices: spoken } : {}),
      ...(chosen.cloningEngine ? { cloningEngine: chosen.cloningEngine } : {}),
      ...(chosen.speakerFrontEnd ? { speakerFrontEnd: chosen.speakerFrontEnd } : {}),
      plan: { ...view.plan, devices: devices.length > 0 ? devices : (['wasm'] satisfies Device[]) }
    };
    const given = chosen.baseVoices ? [] : (spoken ?? []);
    const all = [...used, ...given.map(({ model }) => ({ folder: model, dtype: null, id: null }))];
    return { worker, used: all, hub, oneAtATime };
  }
}
