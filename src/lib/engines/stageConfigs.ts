/** What each stage's worker is told: which models, on which devices. */
import { DEFAULT_MODELS, type Device, type WorkerConfig } from '../../../workers/contract';
import { TIER_PLANS } from '../../../models/catalog';
import type { EnginesConfig } from './createEngines';
import { chooseModels, type ChoosableStage, type Chosen, type InstalledModel } from './chooseModels';
import { deviceView, type DeviceView } from './deviceView';

/** What the person chose and has, asked before each call. */
export interface ModelShelf {
  read(): Promise<Shelved>;
  /** Remembers that a model did not work here, so that `read` says so from now on. */
  setAside(id: string): Promise<void>;
}

export interface Shelved {
  /** `auto`, a catalogue id or family, or a folder. */
  wanted: Readonly<Record<ChoosableStage, string>>;
  installed: readonly InstalledModel[];
  setAside: readonly string[];
}

export interface StageConfig {
  worker: WorkerConfig;
  /** Catalogue ids of the hub's models that it uses. */
  hub: readonly string[];
  /** Of the device's plan: one fetched model in memory at a time. */
  oneAtATime: boolean;
}

const EITHER: readonly Device[] = ['webgpu', 'wasm'];

export function createStageConfigs(config: EnginesConfig) {
  const { runtimeBase, modelBase, models, translators } = config;
  const wanted = config.webgpu ?? 'auto';
  const look = (gpuHelps: boolean): Promise<DeviceView> =>
    deviceView({
      webgpu: gpuHelps ? wanted : 'never',
      runtimeBase,
      modelBase,
      ...(config.selfTestLimitMs === undefined ? {} : { selfTestLimitMs: config.selfTestLimitMs }),
      ...(config.clock ? { clock: config.clock } : {})
    });
  const { transcriberType } = config;
  const plain = { runtimeBase, modelBase, ...(transcriberType ? { transcriberType } : {}) };

  /** @param stage left out: it runs no ONNX model. */
  return async function settle(stage: ChoosableStage | undefined): Promise<StageConfig> {
    if (stage && config.library) return shelved(stage, await config.library.read());
    const folder = stage && { ...DEFAULT_MODELS, ...models }[stage];
    const helps = folder !== undefined && (wanted === 'force' || !folder.startsWith('starter/'));
    const { plan } = await look(helps);
    const worker = {
      ...plain,
      ...(models ? { models } : {}),
      ...(translators ? { translators } : {}),
      plan
    };
    return { worker, hub: [], oneAtATime: false };
  };

  /** The GPU is examined only where the model that would be chosen with one gains by it. */
  async function shelved(stage: ChoosableStage, held: Shelved): Promise<StageConfig> {
    const { installed, setAside } = held;
    const choose = (devices: readonly Device[], tier: DeviceView['tier']): Chosen =>
      chooseModels(stage, { wanted: held.wanted[stage], installed, setAside, devices, tier });
    const hopeful = choose(EITHER, 'high-end');
    const view = await look(wanted === 'force' || hopeful.devices.includes('webgpu'));
    const chosen = choose(view.plan.devices, view.tier);
    const devices = view.plan.devices.filter((device) => chosen.devices.includes(device));
    const worker = {
      ...plain,
      models: { ...models, [stage]: chosen.folder },
      ...(chosen.translators ? { translators: chosen.translators } : {}),
      plan: { ...view.plan, devices: devices.length > 0 ? devices : (['wasm'] satisfies Device[]) }
    };
    return { worker, hub: chosen.hub, oneAtATime: TIER_PLANS[view.tier].oneAtATime };
  }
}
