/** The runtime: loading and running ONNX models in a worker. Nothing else imports onnxruntime-web. */
export { Ahead, type Run } from './ahead';
export { exposeWorker } from './host';
export {
  fetchBytes,
  fetchJson,
  fetchOptionalJson,
  mountLibrary,
  type OnBytes,
  type ReadStored
} from './fetchBytes';
export {
  createSession,
  loadSession,
  type Feeds,
  type Fetched,
  type GoOn,
  type LoadOptions,
  type Session
} from './session';
export { KeysAndValues, type Past } from './keysAndValues';
export { goOn } from './manySteps';
export { Pace } from './pace';
export { boolean, floatData, floats, integers, selectRows, withoutPositions } from './tensors';
export { compareSessions, relativeDifference, testDevice, type SelfTestVerdict } from './selfTest';
export { loadWeights } from './provenWeights';
export type { SelfTest } from './prove';
export type { WeightFile } from './weights';
export { everyNth } from './everyNth';
export { freePositions } from './freePositions';
export { openGoldenStore, type GoldenStore } from './goldenStore';
