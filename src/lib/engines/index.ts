/**
 * The engine bridge: the page's only way to the workers.
 *
 * How a stage is added (all four go the same way):
 * 1. `workers/<stage>/worker.ts` says `export const entry = exposeWorker((config) => ({ method }))`
 *    (workers/runtime/host.ts); a method's last parameter is `report: Report` (workers/wire.ts):
 *    `report({ progress })`, `report({ partial })`. It returns audio with `moved(result, [buffer])`.
 *    It runs on `config.plan.devices[0]` and on nothing else; a failure there is thrown as 'model/…'.
 * 2. `createEngines.ts` gets one `stage<typeof entry>(name, model, createWorker)` and one method, whose call is typed by the
 *    worker's own export. Audio is sent with `sendAudio(audio)`.
 *
 * The bridge (workerClient.ts) does the rest: calls one after another, cancelling by termination, a new
 * worker for the next call, release when idle, one more attempt on the plan's next device after a
 * runtime failure (event `deviceChanged`), errors with their codes.
 */
export { createEngines, type EnginesConfig } from './createEngines';
export { BROWSER_TRANSLATOR, openBrowserTranslator, type BrowserTranslator } from './browserTranslator';
export type { Availability } from './browserTranslatorApi';
export type {
  CallOptions,
  Coming,
  DeviceChange,
  DeviceDistrust,
  EngineEventMap,
  Engines,
  ModelSetAside
} from './types';
export {
  askedLimits,
  carriedOn,
  CATALOGUE_STAGE,
  chooseModels,
  type ChoosableStage,
  type Chosen,
  type InstalledModel
} from './chooseModels';
export { deviceView, type DeviceView } from './deviceView';
export { useOfWebGpu, type DeviceChoice, type ModelShelf, type Shelved } from './stageConfigs';
export { GPU_ITSELF, trustKey, type UsedModel } from './trust';
export type { TranslatedLanguages } from './languages';
export type { WorkerLike } from './workerClient';
export type { WebGpuUse } from './devicePlan';
